//! How a value proves itself without a network.

/// The kind of proof that a form carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checksum {
    /// None.
    None,
    /// The last 6 characters are the CRC32 of what stands between the prefix and them, in base 62 (GitHub, npm).
    Crc32Base62,
}

impl Checksum {
    /// Whether the value proves itself; none when its form carries no proof.
    pub(crate) fn proves(self, value: &[u8]) -> Option<bool> {
        match self {
            Self::None => None,
            Self::Crc32Base62 => crc32_base62(value),
        }
    }
}

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

fn crc32_base62(value: &[u8]) -> Option<bool> {
    let (body, tail) = value.split_last_chunk::<6>()?;
    let prefix = body.iter().position(|byte| *byte == b'_')?;
    let mut number = crc32(&body[prefix + 1..]);
    let mut digits = [0; 6];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[(number % 62) as usize];
        number /= 62;
    }
    Some(digits == *tail)
}

/// CRC-32 as in ISO 3309, zlib and PNG.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| CRC32[usize::from(crc.to_le_bytes()[0] ^ byte)] ^ (crc >> 8))
}

const CRC32: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "less than 256")]
        let mut value = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { 0xEDB8_8320 ^ (value >> 1) } else { value >> 1 };
            bit += 1;
        }
        table[byte] = value;
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    #[test]
    fn crc32_has_the_check_value_of_its_catalogue() {
        assert_eq!(super::crc32(b"123456789"), 0xCBF4_3926);
    }
}
