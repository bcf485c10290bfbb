//! A set of bytes.

/// A set of bytes, as 256 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Charset(pub [u64; 4]);

impl Charset {
    /// Whether the byte is in the set.
    #[inline]
    pub const fn has(&self, byte: u8) -> bool {
        self.0[(byte >> 6) as usize] >> (byte & 63) & 1 == 1
    }

    /// The set with a byte more.
    #[must_use]
    pub const fn with(mut self, byte: u8) -> Self {
        self.0[(byte >> 6) as usize] |= 1 << (byte & 63);
        self
    }

    /// The set with the bytes of a text more; `a-z` means all from a to z, and a `-` at the start means itself.
    #[must_use]
    pub const fn of(spec: &[u8]) -> Self {
        let mut set = Self([0; 4]);
        let mut at = 0;
        while at < spec.len() {
            if at + 2 < spec.len() && spec[at + 1] == b'-' {
                let mut byte = spec[at];
                while byte < spec[at + 2] {
                    set = set.with(byte);
                    byte += 1;
                }
                set = set.with(byte);
                at += 3;
            } else {
                set = set.with(spec[at]);
                at += 1;
            }
        }
        set
    }

    /// The bytes of both sets.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self([self.0[0] | other.0[0], self.0[1] | other.0[1], self.0[2] | other.0[2], self.0[3] | other.0[3]])
    }

    /// The bytes of the set, in order.
    pub fn bytes(&self) -> impl Iterator<Item = u8> + '_ {
        (0..=u8::MAX).filter(|byte| self.has(*byte))
    }
}
