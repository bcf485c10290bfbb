//! Percent-encoding of what stands in a URL.

/// Encodes everything but the unreserved characters of RFC 3986 section 2.3: right for a path segment and for a query.
pub(crate) fn percent(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_encoding_leaves_nothing_that_has_a_meaning_in_a_url() {
        assert_eq!(percent("key/7+a b?c#d%e&f=g:é"), "key%2F7%2Ba%20b%3Fc%23d%25e%26f%3Dg%3A%C3%A9");
        assert_eq!(percent("A-z_0.9~"), "A-z_0.9~");
    }
}
