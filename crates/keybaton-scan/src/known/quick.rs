//! The quick hash: sixteen keyed bits of every window of a run, at a few operations each.
//!
//! It is a polynomial over the bytes, so that a window's hash comes from two prefixes of the run, and a mixer at the end.
//! It proves nothing: it only spares most windows the HMAC.

/// A quick hash under one key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quick {
    base: u64,
    tail: u64,
}

impl Quick {
    /// Under the key that a seed stands for.
    pub(super) fn new(seed: u64) -> Self {
        Self { base: mix(seed) | 1, tail: mix(seed ^ 0x9E37_79B9_7F4A_7C15) }
    }

    /// The check of some bytes.
    pub(super) fn check(self, bytes: &[u8]) -> u16 {
        self.finish(bytes.iter().fold(0, |sum, byte| self.step(sum, *byte)))
    }

    /// The factor by which a prefix is shifted over a window of this length.
    pub(super) fn shift(self, length: usize) -> u64 {
        (0..length).fold(1, |power: u64, _| power.wrapping_mul(self.base))
    }

    /// The sums of all prefixes of a run, the empty one first.
    pub(super) fn prefixes(self, run: &[u8], sums: &mut Vec<u64>) {
        sums.clear();
        sums.push(0);
        let mut sum = 0;
        sums.extend(run.iter().map(|byte| {
            sum = self.step(sum, *byte);
            sum
        }));
    }

    /// The check of the window between two prefixes; `shift` is that of its length.
    pub(super) fn between(self, before: u64, after: u64, shift: u64) -> u16 {
        self.finish(after.wrapping_sub(before.wrapping_mul(shift)))
    }

    fn step(self, sum: u64, byte: u8) -> u64 {
        sum.wrapping_mul(self.base).wrapping_add(u64::from(byte) + 1)
    }

    fn finish(self, sum: u64) -> u16 {
        let [high, low, ..] = mix(sum ^ self.tail).to_be_bytes();
        u16::from_be_bytes([high, low])
    }
}

/// Spreads every bit over all others: the finaliser of `MurmurHash3`.
fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ bits >> 33).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    bits = (bits ^ bits >> 33).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    bits ^ bits >> 33
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_the_check_of_its_bytes() {
        let (quick, run, mut sums) = (Quick::new(7), b"some run of bytes", Vec::new());
        quick.prefixes(run, &mut sums);
        for start in 0..run.len() {
            for end in start..=run.len() {
                let check = quick.between(sums[start], sums[end], quick.shift(end - start));
                assert_eq!(check, quick.check(&run[start..end]));
            }
        }
        assert_ne!(quick.check(run), Quick::new(8).check(run));
    }
}
