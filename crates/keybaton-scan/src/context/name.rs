//! The name of a value: where it is, and which kind of value it announces.

use std::ops::Range;

use super::{Breadth, Kind};
use crate::{charset::Charset, wordlike};

const NAME: Charset = Charset::of(b"a-zA-Z0-9_.$").with(b'-');

/// How far a name reaches to each side of its trigger.
const REACH: usize = 80;

/// The name of a value.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    /// Where it is.
    pub(crate) range: Range<usize>,
    /// The kind of value that it announces.
    pub(crate) kind: Option<Kind>,
    /// Whether it names several, so that its values stand in a list.
    pub(crate) is_plural: bool,
    /// The method that is called on it, such as `equals`.
    pub(crate) method: Option<Range<usize>>,
}

impl Name {
    /// A text that is no name but stands for one.
    pub(super) fn at(range: Range<usize>) -> Self {
        Self { range, kind: None, is_plural: false, method: None }
    }

    /// The name around a trigger.
    pub(crate) fn around(bytes: &[u8], at: usize, breadth: Breadth) -> Option<Self> {
        let before = bytes[at.saturating_sub(REACH)..at].iter().rev().take_while(|byte| NAME.has(**byte)).count();
        let after = bytes[at..].iter().take(REACH).take_while(|byte| NAME.has(**byte)).count();
        let (mut start, mut end) = (at - before, at + after);
        if after == REACH || before == REACH {
            return None;
        }
        while end > start && matches!(bytes[end - 1], b'.' | b'-') {
            end -= 1;
        }
        // `\npassword`: the letter belongs to the escape
        if start > 0 && bytes[start - 1] == b'\\' && start < at {
            start += 1;
        }
        let mut method = None;
        if bytes.get(end) == Some(&b'(')
            && let Some(dot) = bytes[start..end].iter().rposition(|byte| *byte == b'.')
            && is_comparing(&bytes[start + dot + 1..end])
        {
            method = Some(start + dot + 1..end);
            end = start + dot;
        }
        // `"AWS::ApiGateway::ApiKey"` is the name of a type
        if bytes[..start].ends_with(b"::") && matches!(bytes.get(end), Some(b'"' | b'\'')) {
            return None;
        }
        (end > at).then(|| {
            let (kind, is_plural) =
                kind(&bytes[start..end], breadth).map_or((None, false), |(kind, is_plural)| (Some(kind), is_plural));
            Self { range: start..end, kind, is_plural, method }
        })
    }
}

/// Words that a call begins with that is given a value to keep.
const SETTERS: &[&str] = &["set", "with", "use", "put", "update", "change", "add", "configure", "define", "new"];

/// Whether a call of this name keeps what it is given: `setPassword`, `password`, not `should_pass`.
pub(super) fn is_setter(name: &[u8]) -> bool {
    let own = name.rsplit(|byte| matches!(byte, b'.' | b'>')).next().unwrap_or(name);
    let words = Words::of(own);
    let first = words.iter().next().unwrap_or(b"");
    let last = words.iter().next_back().and_then(telling);
    last.is_some_and(|(_, before, after)| {
        let whole = before.is_empty() && after.is_empty();
        among(first, SETTERS) || whole && words.count == 1 || before == b"set"
    })
}

/// Methods that set or compare what they are called on.
fn is_comparing(method: &[u8]) -> bool {
    let methods: &[&[u8]] = &[
        b"equals",
        b"equalsIgnoreCase",
        b"set",
        b"setValue",
        b"setText",
        b"send_keys",
        b"sendKeys",
        b"fill",
        b"type",
        b"val",
        b"eq",
        b"append",
        b"toBe",
        b"toEqual",
        b"compareTo",
        b"getOrElse",
        b"or",
        b"unwrap_or",
        b"default",
    ];
    methods.contains(&method)
}

/// The words of a name in lower case: `dbPassword_2` is `db`, `password`.
struct Words {
    lower: [u8; 2 * REACH],
    ends: [u8; 24],
    count: usize,
}

impl Words {
    fn of(name: &[u8]) -> Self {
        let mut words = Self { lower: [0; 2 * REACH], ends: [0; 24], count: 0 };
        let (mut length, mut last) = (0, b'_');
        for (no, byte) in name.iter().copied().enumerate() {
            let next = name.get(no + 1).copied().unwrap_or(b'_');
            let is_hump = byte.is_ascii_uppercase() && (last.is_ascii_lowercase() || next.is_ascii_lowercase());
            if is_hump || !byte.is_ascii_alphabetic() {
                words.end(length);
            }
            if byte.is_ascii_alphabetic() {
                words.lower[length] = byte.to_ascii_lowercase();
                length += 1;
            }
            last = byte;
        }
        words.end(length);
        words
    }

    fn end(&mut self, length: usize) {
        let start = self.start(self.count);
        if length > start && self.count < self.ends.len() {
            self.ends[self.count] = u8::try_from(length).unwrap_or(u8::MAX);
            self.count += 1;
        }
    }

    fn start(&self, no: usize) -> usize {
        no.checked_sub(1).map_or(0, |before| usize::from(self.ends[before]))
    }

    fn get(&self, no: usize) -> &[u8] {
        &self.lower[self.start(no)..usize::from(self.ends[no])]
    }

    fn iter(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        (0..self.count).map(|no| self.get(no))
    }
}

/// A kind, and what is written before and after the telling word without a gap.
type Told<'a> = (Kind, &'a [u8], &'a [u8]);

/// What a telling word announces, and what is written before and after it without a gap.
fn telling(word: &[u8]) -> Option<Told<'_>> {
    for (stem, kind) in STEMS {
        let stem = stem.as_bytes();
        if word.len() < stem.len() {
            continue;
        }
        if let Some(before) = word.strip_suffix(stem) {
            if before.is_empty() || stem.len() >= 5 || wordlike::is_word(before) || before.len() <= 3 {
                return Some((*kind, before, b""));
            }
        } else if stem.len() >= 6
            && let Some(at) = memchr::memmem::find(word, stem)
        {
            return Some((*kind, &word[..at], &word[at + stem.len()..]));
        }
    }
    None
}

/// The same of several: `tokens`, `secrets`.
fn several(word: &[u8]) -> Option<Told<'_>> {
    let (kind, before, after) = telling(word.strip_suffix(b"s")?)?;
    (after.is_empty() && matches!(kind, Kind::Secret | Kind::Token | Kind::Key)).then_some((kind, before, b"s"))
}

/// Telling words; longer ones first where one ends with another.
const STEMS: &[(&str, Kind)] = &[
    ("passphrase", Kind::Password),
    ("password", Kind::Password),
    ("passwort", Kind::Password),
    ("kennwort", Kind::Password),
    ("passcode", Kind::Password),
    ("passwrd", Kind::Password),
    ("pasword", Kind::Password),
    ("passwd", Kind::Password),
    ("passw", Kind::Password),
    ("userpass", Kind::Password),
    ("dbpass", Kind::Password),
    ("senha", Kind::Password),
    ("pswd", Kind::Password),
    ("pass", Kind::Password),
    ("pwd", Kind::Password),
    ("psw", Kind::Password),
    ("pw", Kind::Password),
    ("privatekey", Kind::Key),
    ("secretkey", Kind::Secret),
    ("accesskey", Kind::Key),
    ("apikey", Kind::Key),
    ("authkey", Kind::Key),
    ("appkey", Kind::Key),
    ("secret", Kind::Secret),
    ("token", Kind::Token),
    ("credential", Kind::Password),
    ("credentials", Kind::Password),
    ("creds", Kind::Password),
    ("authorization", Kind::Token),
    ("auth", Kind::Token),
    ("salt", Kind::VagueKey),
    ("key", Kind::VagueKey),
];

/// The kind of value that a name announces: its last telling word decides, unless a word says that it is about it.
fn kind(name: &[u8], breadth: Breadth) -> Option<(Kind, bool)> {
    let words = Words::of(name);
    let (mut at, mut last): (usize, Option<Told<'_>>) = (0, None);
    for (no, word) in words.iter().enumerate() {
        let told = match telling(word) {
            None if breadth == Breadth::Wide && last.is_none() => several(word),
            told => told,
        };
        if let Some(told) = told {
            // `key` in `secret_key` qualifies what the word before it says
            let weaker = matches!(told.0, Kind::VagueKey) && matches!(last, Some((Kind::Secret | Kind::Password, ..)));
            if !(weaker && told.1.is_empty()) {
                last = Some(told);
            }
            at = no;
        }
    }
    let (kind, before, after) = last?;
    let is_about = |word: &[u8]| among(word, ABOUT);
    if !after.is_empty() && is_about(after) {
        return None;
    }
    let is_plural = after == b"s" && kind != Kind::Password;
    if is_plural && breadth == Breadth::Usual {
        return None;
    }
    if words.iter().skip(at + 1).any(is_about) {
        return None;
    }
    let ahead = || words.iter().take(at).chain([before]);
    if ahead().any(|word| among(word, NOT_SECRET)) || before.is_empty() && at > 0 && among(words.get(at - 1), VERBS) {
        return None;
    }
    if kind == Kind::VagueKey && ahead().any(|word| among(word, KEY_OF)) {
        return Some((Kind::Key, is_plural));
    }
    Some((kind, is_plural))
}

fn among(word: &[u8], table: &[&str]) -> bool {
    table.iter().any(|entry| entry.as_bytes() == word)
}

/// Words after a telling one that say that the value is something about a credential.
#[rustfmt::skip]
const ABOUT: &[&str] = &[
    "id", "ids", "name", "names", "url", "uri", "urls", "path", "paths", "file", "files", "filename", "dir", "folder",
    "type", "types", "length", "len", "size", "hash", "hashed", "hasher", "hashes", "digest", "field", "fields",
    "input", "label", "msg", "message", "messages", "error", "errors", "hint", "prompt", "title", "desc",
    "description", "regex", "regexp", "pattern", "policy", "rule", "rules", "format", "column", "col", "param",
    "params", "parameter", "header", "headers", "prefix", "suffix", "ttl", "expiry", "expires", "expiration",
    "expire", "expired", "timeout", "age", "count", "max", "min", "limit", "required", "enabled", "disabled", "valid",
    "invalid", "validator", "validation", "check", "checker", "strength", "reset", "changed", "updated", "update",
    "forgot", "forgotten", "placeholder", "class", "style", "icon", "button", "btn", "view", "form", "page", "screen",
    "dialog", "link", "ref", "refs", "reference", "arn", "version", "algorithm", "alg", "algo", "method", "mode",
    "provider", "store", "manager", "service", "endpoint", "host", "hostname", "port", "user", "username", "login",
    "owner", "role", "scope", "scopes", "status", "state", "kind", "index", "idx", "pos", "position", "offset",
    "event", "events", "handler", "listener", "callback", "press", "down", "up", "board", "word", "words", "frame",
    "frames", "space", "code", "codes", "set", "stream", "ring", "pair", "pairs", "map", "list", "array", "dict",
    "table", "iterator", "iter", "generator", "gen", "factory", "builder", "encoder", "decoder", "encrypt",
    "encrypted", "encryption", "crypt", "cipher", "less", "lookup", "resolver", "source", "target", "usage", "uses",
    "attempts", "retries", "failed", "failure", "success", "confirm", "confirmation", "mismatch", "match", "visible",
    "visibility", "hidden", "toggle", "show", "text", "key_id", "number", "num", "kid", "serial", "sid",
    "fingerprint", "thumbprint", "checksum", "signature", "sig", "issuer", "subject", "audience", "grant",
    "refresh_url", "authority", "realm", "domain", "category", "group", "groups", "section", "item", "items",
    "element", "node", "tag", "tags", "attr", "attribute", "property", "prop", "option", "options", "config",
    "settings", "setting", "properties", "protection", "protected", "requirements", "requirement", "complexity",
    "history", "reuse", "recovery", "action", "request", "response", "result", "results", "callbacks", "function",
    "func", "fn", "command", "cmd", "script", "program", "exe", "module", "plugin", "driver", "help", "doc", "docs",
    "example", "examples", "sample", "info", "data_type", "spec", "schema", "model", "entity", "dto", "bean",
    "controller", "repository", "mapper", "util", "utils", "helper", "helpers", "test", "tests", "case", "cases",
    "color", "colour", "width", "height", "layout", "slot", "chars", "char", "charset", "alphabet", "bits", "bytes",
    "created", "at", "date", "time", "day", "days", "hours", "seconds", "interval", "period", "window", "lifetime",
    "duration", "created_at", "updated_at", "last", "first", "next", "prev", "order", "sort", "sorted", "filter",
    "query", "search", "backend", "engine", "storage", "cache", "context", "scheme", "flow", "strategy", "middleware",
    "guard", "filters", "interceptor", "server", "client_id", "tenant", "subtype", "hook", "hooks",
];

/// Words before a telling one that say that it is no secret.
#[rustfmt::skip]
const NOT_SECRET: &[&str] = &[
    "public", "pub", "publishable", "primary", "foreign", "partition", "sort", "cache", "translation", "i18n", "row",
    "group", "routing", "object", "map", "unique", "composite", "surrogate", "natural", "lookup", "hash", "hashed",
    "encrypted", "encoded", "csrf", "xsrf", "next", "page", "continuation", "sync", "cancellation", "cancel", "lexer",
    "parser", "syntax", "keyboard", "hot", "short", "arrow", "enter", "escape", "forgot", "forgotten", "reset",
    "invalid", "missing", "wrong", "incorrect", "bad", "no", "without", "request", "idempotency", "lock", "device", "push", "registration", "etag", "continue", "has", "is", "show", "hide", "toggle",
    "validate", "check", "verify", "min", "max", "change", "changed", "empty", "weak",
    "column", "field", "label", "design", "dictionary", "json", "xml", "sub", "registry", "bucket", "index", "fake",
    "dummy", "mock", "example", "bypass", "com", "tres", "sur", "over", "under", "mon", "don", "tur", "hockey", "whisk", "jockey", "license",
    "pagination", "punctuation", "operator", "delete", "remove", "clear", "revoke", "expired", "site", "recaptcha",
    "translate",
];

/// Words right before a telling one that make it a thing to do.
#[rustfmt::skip]
const VERBS: &[&str] = &[
    "get", "read", "fetch", "find", "load", "store", "save", "create", "generate", "make", "new", "update", "parse",
    "decode", "decrypt", "encrypt", "encode", "hash", "ask", "prompt", "print", "send", "by", "to", "from", "for",
    "on",
];

/// Words before `key` that make it a secret one.
#[rustfmt::skip]
const KEY_OF: &[&str] = &[
    "api", "access", "secret", "private", "priv", "auth", "encryption", "encrypt", "encrypting", "crypt", "crypto",
    "signing", "sign", "signature", "master", "account", "app", "application", "service", "shared", "consumer",
    "client", "storage", "aes", "hmac", "rsa", "des", "jwt", "session", "cookie", "server", "admin", "subscription",
    "deploy", "webhook", "integration", "write", "ingestion", "instrumentation", "maps", "google", "aws", "stripe",
    "azure", "twilio", "sendgrid", "mailgun", "firebase", "dev", "developer", "security", "sdk", "ssh", "vault",
    "host", "license", "rapidapi", "openai", "user", "cryptographic", "cipher", "decryption", "symmetric", "pre",
    "psk", "wallet", "seed", "hash",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_announces_a_kind_or_is_about_one() {
        let told = [
            ("password", Some(Kind::Password)),
            ("dbPassword", Some(Kind::Password)),
            ("spring.datasource.password", Some(Kind::Password)),
            ("DB_PASS", Some(Kind::Password)),
            ("userpwd", Some(Kind::Password)),
            ("password_2", Some(Kind::Password)),
            ("POSTGRES_PASSWORD_PROD", Some(Kind::Password)),
            ("setPassword", Some(Kind::Password)),
            ("AWS_SECRET_ACCESS_KEY", Some(Kind::Secret)),
            ("client_secret", Some(Kind::Secret)),
            ("SECRET_KEY", Some(Kind::Secret)),
            ("apiKey", Some(Kind::Key)),
            ("authToken", Some(Kind::Token)),
            ("key", Some(Kind::VagueKey)),
            ("passwordField", None),
            ("password_hash", None),
            ("passwordhash", None),
            ("tokenUrl", None),
            ("secretName", None),
            ("api_key_id", None),
            ("publicKey", None),
            ("primary_key", None),
            ("forgotPassword", None),
            ("compass", None),
            ("getPassword", None),
            ("keyword", None),
            ("monkey", None),
        ];
        for (name, kind) in told {
            assert_eq!(super::kind(name.as_bytes(), Breadth::Wide), kind.map(|kind| (kind, false)), "{name}");
        }
        for (name, kind) in [("tokens", Kind::Token), ("access_tokens", Kind::Token), ("client_secrets", Kind::Secret)]
        {
            assert_eq!(super::kind(name.as_bytes(), Breadth::Wide), Some((kind, true)), "{name}");
        }
    }
}
