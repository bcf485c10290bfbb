//! The piece of a value by which it is recognised: the part that nobody can guess, without a break in it.

use std::ops::Range;

use memchr::{memchr, memmem::find, memrchr};

use super::strength::{ENOUGH, bits};

/// The part of a value that is fingerprinted, if it is strong enough: the password of a URL, the last strong line of a
/// block of several lines, the whole of anything else.
///
/// The last line, because the first ones of a private key in a PEM block are its public half.
pub(super) fn of(value: &[u8]) -> Option<&[u8]> {
    let value = value.trim_ascii();
    let value = &value[password(value).unwrap_or(0..value.len())];
    value.split(u8::is_ascii_whitespace).rev().find(|stretch| bits(stretch) >= ENOUGH)
}

/// Where the password of a URL is. What is around it, people choose; it makes nothing harder to guess.
fn password(value: &[u8]) -> Option<Range<usize>> {
    let start = find(value, b"://")? + 3;
    let end = start + memchr(b'/', &value[start..]).unwrap_or(value.len() - start);
    let at = start + memrchr(b'@', &value[start..end])?;
    let colon = start + memchr(b':', &value[start..at])?;
    Some(colon + 1..at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(value: &str) -> Option<&str> {
        of(value.as_bytes()).map(|piece| std::str::from_utf8(piece).unwrap())
    }

    #[test]
    fn what_can_be_guessed_is_left_out() {
        let strong = "q7Rk2ZpX9vLm4TsW8nYb";
        assert_eq!(piece(strong), Some(strong));
        assert_eq!(piece(&format!("postgres://app:{strong}@db.example:5432/app")), Some(strong));
        assert_eq!(piece("postgres://app:hunter2@ep-cool-dark-a1b2c3d4e5f6.eu-central-1.db.example/app"), None);
        assert_eq!(
            piece(&format!("{{ \"name\": \"payments\",\n \"token\": \"{strong}\" }}\n")),
            Some(&*format!("\"{strong}\""))
        );
    }

    #[test]
    fn of_a_block_the_last_strong_line_counts() {
        let lines = [
            "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDk3T",
            "x8Zq4Wn7Lr2Kp9Vt5Ym3Js6Hd1Gf0BcQeRuTiOpAaSdFgHjKl",
            "b3M=",
        ];
        let block = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"));
        assert_eq!(piece(&block), Some(lines[1]));
    }
}
