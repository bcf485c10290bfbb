//! How a value proves itself without a network.

use crate::base64;

/// The kind of proof that a form carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checksum {
    /// None.
    None,
    /// The last 6 characters are the CRC-32 of what stands between the prefix and them, in base 62 (GitHub, npm).
    Crc32Base62,
    /// The last 6 characters are the CRC-32 of everything before them, in base 62 (keybaton).
    Crc32Base62Whole,
    /// The last 6 characters are the CRC-32 of what stands between the four of the prefix and them, its bytes from the
    /// last to the first, in base 64 (Confluent).
    Crc32Base64,
    /// The last 8 characters are the CRC-32 of what stands between the underscores, in hex (Zuplo).
    Crc32Hex,
    /// The last 8 characters are the CRC-32 of everything before the last underscore, in hex, its bytes from the last to
    /// the first (Grafana).
    Crc32HexSwapped,
    /// The last 8 characters are the CRC-32 of everything before them, in upper-case hex (Atlassian).
    Crc32HexUpper,
    /// The last 7 characters are the CRC-32 of everything before them, in base 36 (GitLab).
    GitlabRoutable,
    /// The last 6 characters are those of bech32, BIP-173 (age).
    Bech32,
    /// The last 2 of the bytes in base 32 are the CRC-16 of the others (NATS).
    Nkey,
    /// The first part is JSON that names an algorithm. That proves nothing, but its absence does.
    JsonWebToken,
}

impl Checksum {
    /// Whether the value proves itself; none when its form carries no proof.
    pub(crate) fn proves(self, value: &[u8]) -> Option<bool> {
        let crc_of = |body: &[u8]| crc32(body).to_be_bytes();
        match self {
            Self::None => None,
            Self::Crc32Base62 => {
                let (body, tail) = value.split_last_chunk::<6>()?;
                let prefix = body.iter().position(|byte| *byte == b'_')?;
                Some(digits::<6>(crc32(&body[prefix + 1..]), BASE62) == *tail)
            }
            Self::Crc32Base62Whole => {
                let (body, tail) = value.split_last_chunk::<6>()?;
                Some(digits::<6>(crc32(body), BASE62) == *tail)
            }
            Self::Crc32Base64 => {
                let (body, tail) = value.split_last_chunk::<6>()?;
                let [one, two, three, four] = crc_of(body.get(4..)?);
                Some(base64::decode(tail)? == [four, three, two, one])
            }
            Self::Crc32Hex => {
                let (body, tail) = value.split_last_chunk::<9>()?;
                let prefix = body.iter().position(|byte| *byte == b'_')?;
                Some(hex(crc_of(&body[prefix + 1..])) == tail[1..])
            }
            Self::Crc32HexSwapped => {
                let (body, tail) = value.split_last_chunk::<9>()?;
                Some(hex(crc32(body).to_le_bytes()) == tail[1..])
            }
            Self::Crc32HexUpper => {
                let (body, tail) = value.split_last_chunk::<8>()?;
                Some(hex(crc_of(body)).to_ascii_uppercase() == *tail)
            }
            Self::GitlabRoutable => {
                let (body, tail) = value.split_last_chunk::<7>()?;
                Some(digits::<7>(crc32(body), &BASE36) == *tail)
            }
            Self::Bech32 => bech32(value),
            Self::Nkey => nkey(value),
            Self::JsonWebToken => is_header(value).map_or(Some(false), |()| None),
        }
    }
}

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE36: [u8; 36] = *b"0123456789abcdefghijklmnopqrstuvwxyz";

/// A number in the base that the digits make, the most significant digit first.
fn digits<const N: usize>(mut number: u32, base: &[u8]) -> [u8; N] {
    let mut out = [base[0]; N];
    let most = u32::try_from(base.len()).unwrap_or(1);
    for digit in out.iter_mut().rev() {
        *digit = base[(number % most) as usize];
        number /= most;
    }
    out
}

fn hex(bytes: [u8; 4]) -> [u8; 8] {
    digits(u32::from_be_bytes(bytes), &BASE36[..16])
}

/// BIP-173: the residue of prefix and data is 1.
fn bech32(value: &[u8]) -> Option<bool> {
    const CHARACTERS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let step = |sum: u32, value: u32| {
        let top = sum >> 25;
        let sum = (sum & 0x01ff_ffff) << 5 ^ value;
        (0..5).filter(|bit| top >> bit & 1 == 1).fold(sum, |sum, bit| sum ^ GENERATOR[bit])
    };
    let lower = value.to_ascii_lowercase();
    let separator = lower.iter().rposition(|byte| *byte == b'1')?;
    let prefix = &lower[..separator];
    let mut sum = prefix.iter().fold(1, |sum, byte| step(sum, u32::from(byte >> 5)));
    sum = prefix.iter().fold(step(sum, 0), |sum, byte| step(sum, u32::from(byte & 31)));
    for byte in &lower[separator + 1..] {
        let value = CHARACTERS.iter().position(|character| character == byte)?;
        sum = step(sum, u32::try_from(value).ok()?);
    }
    Some(sum == 1)
}

/// RFC 4648 base 32, whose last two bytes are the CRC-16 (XMODEM) of the others, the lower byte first.
fn nkey(value: &[u8]) -> Option<bool> {
    let (mut bits, mut held, mut raw) = (0_u32, 0, Vec::with_capacity(36));
    for byte in value {
        let five = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return None,
        };
        bits = bits << 5 | u32::from(five);
        held += 5;
        if held >= 8 {
            held -= 8;
            raw.push((bits >> held).to_le_bytes()[0]);
        }
    }
    let (body, tail) = raw.split_last_chunk::<2>()?;
    let crc = body.iter().fold(0_u16, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte) << 8, |crc, _| if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 })
    });
    Some(crc.to_le_bytes() == *tail)
}

/// The header of a JSON Web Token.
fn is_header(value: &[u8]) -> Option<()> {
    let header = base64::decode(value.split(|byte| *byte == b'.').next()?)?;
    let text = std::str::from_utf8(&header).ok()?;
    (text.starts_with('{') && text.contains("\"alg\"")).then_some(())
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
