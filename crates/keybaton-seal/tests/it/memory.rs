//! What is left of a value in this process once it was dropped: nothing.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;

use keybaton_seal::SecretValue;

use crate::house::House;

const LENGTH: usize = 48;
const PIECE: usize = 64 * 1024;

/// The canary, made byte by byte so that it stands nowhere in the program itself.
fn canary(at: usize) -> u8 {
    let mixed = at.wrapping_mul(0x9e37_79b9) >> 7;
    u8::try_from(mixed % 251).unwrap_or_default() ^ 0xa5
}

fn made() -> SecretValue {
    let mut bytes = Vec::with_capacity(LENGTH);
    bytes.extend((0..LENGTH).map(canary));
    SecretValue::new(bytes).unwrap()
}

/// How often the canary stands in the writable memory of this process.
fn copies() -> usize {
    let memory = File::open("/proc/self/mem").unwrap();
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    maps.lines().filter_map(writable).map(|(start, end)| count(&memory, start, end)).sum()
}

fn writable(line: &str) -> Option<(u64, u64)> {
    let (range, rest) = line.split_once(' ')?;
    let (start, end) = range.split_once('-')?;
    let range = (u64::from_str_radix(start, 16).ok()?, u64::from_str_radix(end, 16).ok()?);
    rest.starts_with("rw").then_some(range)
}

/// Counts in pieces that overlap by the canary's length; hits in the buffer that it reads into are not copies.
fn count(memory: &File, start: u64, end: u64) -> usize {
    let mut piece = vec![0_u8; PIECE];
    let ours = piece.as_ptr().addr() as u64;
    let (mut at, mut found) = (start, 0);
    while at + LENGTH as u64 <= end {
        let wanted = piece.len().min(usize::try_from(end - at).unwrap());
        let Ok(read) = memory.read_at(&mut piece[..wanted], at) else { break };
        let hits = piece[..read].windows(LENGTH).enumerate().filter(|(_, window)| is_canary(window));
        let own = ours..ours + PIECE as u64;
        found += hits.filter(|(offset, _)| !own.contains(&(at + *offset as u64))).count();
        piece.fill(0);
        at += (read as u64).saturating_sub(LENGTH as u64 - 1).max(1);
    }
    found
}

fn is_canary(window: &[u8]) -> bool {
    window.iter().enumerate().all(|(index, byte)| *byte == canary(index))
}

#[test]
fn no_copy_of_a_value_outlives_it() {
    let house = House::new();
    let value = made();
    assert_eq!(copies(), 1, "a value that is alive stands once in memory");
    let sealed = house.keyring.seal(&value, &house.binding()).unwrap();
    assert_eq!(copies(), 1, "sealing left a copy");
    let fingerprint = house.keyring.fingerprint(&value).unwrap();
    assert_eq!(copies(), 1, "fingerprinting left a copy");
    drop(value);
    assert_eq!(copies(), 0, "a copy outlived the value");
    let opened = house.keyring.open(&sealed, &house.binding()).unwrap();
    assert!(house.keyring.matches(&opened, &fingerprint).unwrap());
    assert_eq!(copies(), 1, "opening left a copy");
    drop(opened);
    assert_eq!(copies(), 0, "a copy outlived the opened value");
}
