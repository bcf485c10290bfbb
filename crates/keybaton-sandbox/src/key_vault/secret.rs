//! A version of a secret, and what the service says of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer::Answer;

/// The most that a value may have, in bytes, and a content type or a tag, in characters.
const LONGEST: (usize, usize, usize) = (25 * 1024, 255, 256);

/// The most tags of a version.
const TAGS: usize = 15;

/// A version of a secret.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its id: 32 hexadecimal digits.
    pub id: String,
    /// Its value.
    pub value: String,
    /// What kind of value it is.
    pub content_type: Option<String>,
    /// What people say of it.
    pub tags: BTreeMap<String, String>,
    /// Whether it can be read.
    pub enabled: bool,
    /// When it expires, in seconds since 1970.
    pub expires: Option<i64>,
    not_before: Option<i64>,
    created: i64,
    updated: i64,
}

/// The body of a write or of a change.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Draft {
    value: Option<String>,
    content_type: Option<String>,
    tags: Option<BTreeMap<String, String>>,
    attributes: Option<Attributes>,
}

#[derive(Default, Deserialize)]
struct Attributes {
    enabled: Option<bool>,
    exp: Option<i64>,
    nbf: Option<i64>,
}

impl Draft {
    pub(super) fn read(body: &[u8]) -> Result<Self, Answer> {
        let draft: Self = serde_json::from_slice(body).map_err(|_| Answer::bad("BadParameter"))?;
        let (value, kind, tag) = LONGEST;
        let tags = draft.tags.iter().flatten();
        let is_long = |text: &Option<String>, most: usize| text.as_ref().is_some_and(|text| text.len() > most);
        let fits = draft.tags.as_ref().is_none_or(|tags| tags.len() <= TAGS)
            && tags.into_iter().all(|(name, text)| name.len() <= tag && text.len() <= tag)
            && !is_long(&draft.value, value)
            && !is_long(&draft.content_type, kind);
        if fits { Ok(draft) } else { Err(Answer::bad("BadParameter")) }
    }

    /// What a person writes who gives a value alone.
    pub(super) fn of(value: &str) -> Self {
        Self { value: Some(value.to_owned()), ..Self::default() }
    }
}

impl Version {
    /// A new version; a draft without a value makes none.
    pub(super) fn new(draft: Draft) -> Result<Self, Answer> {
        let Draft { value: Some(value), content_type, tags, attributes } = draft else {
            return Err(Answer::bad("BadParameter"));
        };
        let (attributes, now) = (attributes.unwrap_or_default(), Timestamp::now().as_second());
        Ok(Self {
            id: super::random::hex(16),
            value,
            content_type,
            tags: tags.unwrap_or_default(),
            enabled: attributes.enabled.unwrap_or(true),
            expires: attributes.exp,
            not_before: attributes.nbf,
            created: now,
            updated: now,
        })
    }

    /// Changes what is said of it; what the draft leaves out stays.
    pub(super) fn change(&mut self, draft: Draft) {
        let attributes = draft.attributes.unwrap_or_default();
        self.enabled = attributes.enabled.unwrap_or(self.enabled);
        self.expires = attributes.exp.or(self.expires);
        self.not_before = attributes.nbf.or(self.not_before);
        self.content_type = draft.content_type.or_else(|| self.content_type.take());
        if let Some(tags) = draft.tags {
            self.tags = tags;
        }
        self.updated = Timestamp::now().as_second();
    }

    /// All of it.
    pub(super) fn bundle(&self, id: &str) -> Value {
        let mut shown = self.shown(id);
        shown.insert("value".to_owned(), json!(self.value));
        Value::Object(shown)
    }

    /// What a list says of it.
    pub(super) fn item(&self, id: &str) -> Value {
        Value::Object(self.shown(id))
    }

    fn shown(&self, id: &str) -> Map<String, Value> {
        let mut attributes = Map::new();
        attributes.insert("enabled".to_owned(), json!(self.enabled));
        attributes.insert("created".to_owned(), json!(self.created));
        attributes.insert("updated".to_owned(), json!(self.updated));
        attributes.insert("recoveryLevel".to_owned(), json!("Recoverable+Purgeable"));
        attributes.insert("recoverableDays".to_owned(), json!(90));
        for (name, date) in [("exp", self.expires), ("nbf", self.not_before)] {
            attributes.extend(date.map(|date| (name.to_owned(), json!(date))));
        }
        let mut shown = Map::new();
        shown.insert("id".to_owned(), json!(id));
        shown.insert("attributes".to_owned(), Value::Object(attributes));
        shown.insert("tags".to_owned(), json!(self.tags));
        shown.extend(self.content_type.as_ref().map(|kind| ("contentType".to_owned(), json!(kind))));
        shown
    }
}
