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
    starts_like_one(lower) || says_so(lower) || is_wrapped(value) || is_monotonous(lower)
}

const _: () = assert!(STARTS.len() <= 128 && INSIDE.len() <= 128, "a bit for each");

/// For each byte a bit for each text that has it at one place: most texts are ruled out by two look-ups.
type Table = [u128; 256];

static FIRST_OF_STARTS: Table = table(STARTS, 0);
static SECOND_OF_STARTS: Table = table(STARTS, 1);
static FIRST_INSIDE: Table = table(INSIDE, 0);
static SECOND_INSIDE: Table = table(INSIDE, 1);

/// The table of the bytes at one place. A text that ends before it goes with every byte.
const fn table(texts: &[&str], at: usize) -> Table {
    let (mut table, mut no) = ([0; 256], 0);
    while no < texts.len() {
        let (text, bit) = (texts[no].as_bytes(), 1 << no);
        if at < text.len() {
            table[text[at] as usize] |= bit;
        } else {
            let mut byte = 0;
            while byte < 256 {
                table[byte] |= bit;
                byte += 1;
            }
        }
        no += 1;
    }
    table
}

/// The texts whose first two bytes are these; without a second one all that begin with the first.
fn fitting(first: &Table, second: &Table, value: &[u8]) -> u128 {
    let Some(byte) = value.first() else { return 0 };
    first[usize::from(*byte)] & value.get(1).map_or(u128::MAX, |byte| second[usize::from(*byte)])
}

/// The numbers of the bits that are set.
fn numbers(mut bits: u128) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let no = bits.trailing_zeros();
        bits &= bits.wrapping_sub(1);
        (no < u128::BITS).then_some(no as usize)
    })
}

pub(super) fn starts_like_one(lower: &[u8]) -> bool {
    numbers(fitting(&FIRST_OF_STARTS, &SECOND_OF_STARTS, lower)).any(|no| lower.starts_with(STARTS[no].as_bytes()))
}

/// Whether a text stands in the value that no true one contains. Of each the first place counts.
fn says_so(lower: &[u8]) -> bool {
    let mut seen = 0;
    for at in 0..lower.len() {
        let rest = &lower[at..];
        for no in numbers(fitting(&FIRST_INSIDE, &SECOND_INSIDE, rest) & !seen) {
            let part = INSIDE[no].as_bytes();
            if rest.starts_with(part) {
                seen |= 1 << no;
                if no < CERTAIN || is_telling(lower, at, part) {
                    return true;
                }
            }
        }
    }
    false
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

/// Whether the part at `at` says what the value is: it is a fair share of it, or it stands alone in it.
fn is_telling(value: &[u8], at: usize, part: &[u8]) -> bool {
    let alone = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let apart = alone(at.checked_sub(1).and_then(|before| value.get(before))) && alone(value.get(at + part.len()));
    apart || value.len() <= part.len() * 4 || part.len() >= 6
}

/// `<key>`, `[key]`, `{key}`, `%KEY%`, `@key@`, `__KEY__`, `*key*`.
pub(super) fn is_wrapped(value: &[u8]) -> bool {
    let pairs = [(b'<', b'>'), (b'[', b']'), (b'{', b'}'), (b'%', b'%'), (b'@', b'@'), (b'_', b'_'), (b'*', b'*')];
    let ends = value.first().zip(value.last());
    value.len() > 1 && ends.is_some_and(|(first, last)| pairs.contains(&(*first, *last)))
}

/// Few different characters, or a long way up the alphabet or down.
pub(super) fn is_monotonous(value: &[u8]) -> bool {
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
