//! A fingerprint of 128 bits: a state is remembered by it alone.

use std::hash::{Hash, Hasher};

/// The fingerprint of a state. Two of some millions of states share one with a chance below 10⁻²⁴.
pub(crate) fn print(state: &impl Hash) -> u128 {
    let mut mill = Mill { low: 0x9e37_79b9_7f4a_7c15, high: 0xd1b5_4a32_d192_ed03 };
    state.hash(&mut mill);
    u128::from(stir(mill.low ^ mill.high.rotate_left(32))) << 64 | u128::from(stir(mill.high))
}

struct Mill {
    low: u64,
    high: u64,
}

impl Mill {
    fn grind(&mut self, word: u64) {
        self.low = (self.low ^ word).wrapping_mul(0xff51_afd7_ed55_8ccd).rotate_left(29);
        self.high = (self.high.rotate_left(23) ^ word).wrapping_mul(0xc4ce_b9fe_1a85_ec53) ^ (self.high >> 31);
    }
}

impl Hasher for Mill {
    fn finish(&self) -> u64 {
        stir(self.low ^ self.high)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.grind(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.grind(u64::from(number));
    }

    fn write_u32(&mut self, number: u32) {
        self.grind(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.grind(number);
    }

    fn write_usize(&mut self, number: usize) {
        self.grind(number as u64);
    }
}

fn stir(mut word: u64) -> u64 {
    word = (word ^ (word >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    word = (word ^ (word >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    word ^ (word >> 33)
}

/// The hash of a fingerprint is a half of it.
#[derive(Default)]
pub(crate) struct Fold(u64);

impl Hasher for Fold {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 ^= u64::from_le_bytes(word);
        }
    }
}
