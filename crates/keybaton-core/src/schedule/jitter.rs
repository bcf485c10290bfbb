//! The delay that spreads secrets with one schedule over time.

use std::time::Duration;

use keybaton_types::Timestamp;

/// A delay below `limit` that is always the same for one secret and one firing, and unrelated between two.
///
/// FNV-1a over the seed and the time, finished by `SplitMix64`; not for secrecy. A change of it moves every scheduled
/// rotation, once.
pub(super) fn delay(seed: &str, named: Timestamp, limit: Duration) -> Duration {
    let bytes = seed.bytes().chain([0]).chain(named.0.to_be_bytes());
    let hash = bytes
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let micros = (limit.as_micros().min(u128::from(u64::MAX)) * u128::from(finish(hash))) >> 64;
    Duration::from_micros(u64::try_from(micros).unwrap_or(0))
}

fn finish(hash: u64) -> u64 {
    let mixed = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
