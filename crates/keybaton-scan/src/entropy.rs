//! How much a value varies.

/// The Shannon entropy of the bytes, in bits per byte.
pub(crate) fn shannon(bytes: &[u8]) -> f32 {
    let mut counts = [0_u16; 256];
    let bytes = &bytes[..bytes.len().min(usize::from(u16::MAX))];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    #[expect(clippy::cast_precision_loss, reason = "at most 65,535")]
    let all = bytes.len() as f32;
    let share = |count: &u16| f32::from(*count) / all;
    counts.iter().filter(|count| **count > 0).map(|count| -share(count) * share(count).log2()).sum()
}
