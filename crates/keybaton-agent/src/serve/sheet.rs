//! A sheet: the answer to a read as bytes, good for a second.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use bytes::Bytes;
use hyper::header::HeaderValue;
use keybaton_client::{Lent, Notices};
use keybaton_types::wire::Value;
use keybaton_types::{Moment, SecretId, VersionNo};
use zeroize::Zeroizing;

/// The answer to a read.
pub(super) struct Sheet {
    /// Which second of the machine it is good for.
    pub(super) second: i64,
    pub(super) version: VersionNo,
    pub(super) tag: HeaderValue,
    pub(super) body: Bytes,
}

/// What is in the bytes. As long as somebody has them, keybaton counts the version as in use here.
pub(super) struct Text {
    text: Zeroizing<Vec<u8>>,
    _lent: Lent,
}

impl AsRef<[u8]> for Text {
    fn as_ref(&self) -> &[u8] {
        &self.text
    }
}

/// The second of a moment.
pub(super) fn second(now: Moment) -> i64 {
    now.boot / 1_000_000
}

impl Sheet {
    /// Writes the answer: what is left of the term, not all of it.
    pub(super) fn write(id: &SecretId, lent: Lent, notices: &Notices, now: Moment) -> Option<Self> {
        let (remaining, version) = (lent.remaining(now), lent.version());
        let value = Value {
            secret: id.name().to_owned(),
            env: id.env().to_owned(),
            version,
            value: lent.text(),
            fingerprint: lent.fingerprint().to_owned(),
            ttl_seconds: remaining.ttl.as_secs(),
            max_stale_seconds: remaining.max_stale.as_secs(),
            age_seconds: lent.age(now).as_secs(),
            stale: notices.reason(now).filter(|_| remaining.ttl.is_zero()),
            retiring: notices.retiring.clone(),
            condemned: notices.condemned.clone(),
        };
        // room for a value whose every byte is escaped: the text never grows, and leaves no copy behind
        let lists = (value.retiring.len() + value.condemned.len()) * 21;
        let words = value.stale.as_ref().map_or(0, String::len) * 6;
        let mut text = Zeroizing::new(Vec::with_capacity(1024 + value.value.len() * 6 + lists + words));
        serde_json::to_writer(&mut *text, &value).ok()?;
        let tag = tag(&value)?;
        drop(value);
        Some(Self { second: second(now), version, tag, body: Bytes::from_owner(Text { text, _lent: lent }) })
    }
}

/// Changes with everything that a holder has to know.
fn tag(value: &Value<&str>) -> Option<HeaderValue> {
    let mut hasher = DefaultHasher::new();
    (&value.version, &value.fingerprint, &value.retiring, &value.condemned).hash(&mut hasher);
    HeaderValue::from_str(&format!("\"{}-{:016x}\"", value.version, hasher.finish())).ok()
}
