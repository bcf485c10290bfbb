//! Values that stand for a value: references, templates, examples.

use memchr::memmem::find;

/// Texts that a reference starts with.
#[rustfmt::skip]
const STARTS: &[&str] = &[
    "$", "#{", "@{", "{{", "[[", "%(", "<%", "process.env", "os.environ", "os.getenv", "env.", "env(", "env:", "env[",
    "config.", "config[", "settings.", "self.", "this.", "args.", "params.", "request.", "req.", "props.", "options.",
    "opts.", "vault:", "vault/", "secret:", "secret/", "secrets.", "secrets/", "ref+", "ref:", "op://", "arn:",
    "ssm:", "sm://", "gcp:", "awssm", "keyvault", "@microsoft.keyvault", "file:", "/run/secrets", "enc[", "enc(",
    "aqicah", "{cipher}", "{ssha", "{sha", "$2a$", "$2y$", "$2b$", "$argon2", "$6$", "$5$", "$1$", "data:", "http://",
    "https://", "mailto:", "urn:", "var.", "local.", "module.", "azurerm_", "aws_", "random_", "fn::", "!ref", "!sub",
    "!vault", "base64:", "resolve:", "obf:", "{{resolve", "-----begin", "classpath:", "lookup(", "function", "async ",
    "await ", "return", "null", "none", "nil", "undefined", "true", "false", "typeof", "new ", "get", "is_", "has_",
    "str:", "int:", "ssh-", "ecdsa-", "age1", "pk_", "pk-",
];

/// Texts that no true value contains.
#[rustfmt::skip]
const INSIDE: &[&str] = &[
    "${", "$(", "{{", "}}", "<%", "%>", "#{", "%s", "%d", "%@", "{0}", "{1}", "{}", "...", "\u{2026}", "xxxx", "****",
    "____", "----", "....", "example", "placeholder", "changeme", "change_me", "change-me", "changeit", "change_it",
    "your", "dummy", "redacted", "todo", "fixme", "replace", "insert", "sample", "test", "mock", "fake", "invalid",
    "wrong", "bogus", "incorrect", "lorem", "ipsum", "foobar", "secret", "password", "passwd", "p@ssw", "passw0rd",
    "passphrase", "apikey", "api_key", "api-key", "default", "enter", "hidden", "unknown", "undefined", "optional",
    "required", "generated", "foo", "demo", "<", ">", "qwerty", "asdf", "letmein", "blah", "abcdef", "12345",
    "not-real", "notreal", "expired", "goes-here", "_here", "-here", "unused", "anonymous", "deadbeef", "cafebabe",
    "000000",
];

/// Like `INSIDE`, but only for values that people choose: noise of 20 characters may well contain `foo`.
const CERTAIN: usize = 19;

/// Whether the value stands for one, or is an example.
pub(crate) fn is_placeholder(value: &[u8]) -> bool {
    let mut buffer = [0; 256];
    let value = &value[..value.len().min(buffer.len())];
    let lower = &mut buffer[..value.len()];
    lower.copy_from_slice(value);
    lower.make_ascii_lowercase();
    let lower = &*lower;
    STARTS.iter().any(|start| lower.starts_with(start.as_bytes()))
        || INSIDE.iter().take(CERTAIN).any(|part| find(lower, part.as_bytes()).is_some())
        || INSIDE.iter().skip(CERTAIN).any(|part| is_telling(lower, part.as_bytes()))
        || is_wrapped(value)
        || is_monotonous(lower)
}

/// Whether a value that has the form of a token is made up: it says so, or it does not vary.
pub(crate) fn is_made_up(value: &[u8]) -> bool {
    let says: [&[u8]; 10] = [
        b"EXAMPLE",
        b"example",
        b"xxxxx",
        b"XXXXX",
        b"your",
        b"YOUR",
        b"placeholder",
        b"redacted",
        b"REDACTED",
        b"123456789",
    ];
    let body = &value[value.len().min(8) / 2..];
    says.iter().any(|part| find(value, part).is_some()) || is_monotonous(body)
}

/// Whether a part says what the value is: it is a fair share of it, or it stands alone in it.
fn is_telling(value: &[u8], part: &[u8]) -> bool {
    let Some(at) = find(value, part) else { return false };
    let alone = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let apart = alone(at.checked_sub(1).and_then(|before| value.get(before))) && alone(value.get(at + part.len()));
    apart || value.len() <= part.len() * 4 || part.len() >= 6
}

/// `<key>`, `[key]`, `{key}`, `%KEY%`, `@key@`, `__KEY__`, `*key*`.
fn is_wrapped(value: &[u8]) -> bool {
    let pairs = [(b'<', b'>'), (b'[', b']'), (b'{', b'}'), (b'%', b'%'), (b'@', b'@'), (b'_', b'_'), (b'*', b'*')];
    let ends = value.first().zip(value.last());
    value.len() > 1 && ends.is_some_and(|(first, last)| pairs.contains(&(*first, *last)))
}

/// Few different characters, or a long way up the alphabet or down.
fn is_monotonous(value: &[u8]) -> bool {
    let mut seen = [false; 256];
    for byte in value {
        seen[usize::from(*byte)] = true;
    }
    let distinct = seen.iter().filter(|seen| **seen).count();
    if value.len() >= 6 && distinct <= 3 || value.len() >= 16 && distinct <= 5 {
        return true;
    }
    let steps = |step: u8| value.windows(2).filter(|pair| pair[0].wrapping_add(step) == pair[1]).count();
    let most = steps(1).max(steps(255)).max(steps(0));
    value.len() >= 4 && most * 5 >= (value.len() - 1) * 3
}

#[cfg(test)]
mod tests {
    use super::is_placeholder;

    #[test]
    fn what_stands_for_a_value_is_none() {
        for value in [
            "${DB_PASSWORD}",
            "$PASSWORD",
            "<your-key>",
            "xxxxxxxx",
            "changeme",
            "your_api_key",
            "{{ password }}",
            "process.env.TOKEN",
            "vault:secret/db",
            "1234567890",
            "abcdefghij",
            "%DB_PASS%",
            "********",
            "example-key",
            "mysecret",
            "test1234",
            "aaaaaaaa",
            "0123456789abcdef",
        ] {
            assert!(is_placeholder(value.as_bytes()), "{value}");
        }
        for value in ["S3cur3!pass", "hunter22x", "Kq7vJ2mfooR9xLw3TzB8nYcE", "9f8e7d6c5b4a39281706f5e4d3c2b1a0"] {
            assert!(!is_placeholder(value.as_bytes()), "{value}");
        }
    }
}
