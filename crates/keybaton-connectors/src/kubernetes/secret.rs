//! A Secret as it was read: its version, who manages which field, and the two fields of ours.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use keybaton_ports::{Called, Fault, Slot};
use keybaton_seal::SecretValue;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::failure;
use super::mark::Mark;
use super::place::Place;
use super::server::{Answer, Asked};
use crate::web::outcome;

/// A Secret as it was answered; nothing where there is none.
pub(super) struct Secret {
    line: String,
    body: Option<Zeroizing<Vec<u8>>>,
}

/// What was read.
#[derive(Deserialize)]
pub(super) struct Read<'a> {
    metadata: Metadata,
    #[serde(borrow, default)]
    data: Option<BTreeMap<String, &'a RawValue>>,
    #[serde(default)]
    immutable: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    uid: String,
    resource_version: String,
    #[serde(default)]
    annotations: Option<BTreeMap<String, String>>,
    #[serde(default)]
    managed_fields: Vec<Managed>,
}

/// What a manager owns. Names of fields, and no values.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Managed {
    #[serde(default)]
    manager: String,
    #[serde(default)]
    operation: String,
    #[serde(default)]
    fields_v1: serde_json::Value,
}

/// What is applied.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Applied<'a> {
    api_version: &'static str,
    kind: &'static str,
    metadata: AppliedMetadata<'a>,
    data: BTreeMap<&'a str, &'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AppliedMetadata<'a> {
    name: &'a str,
    namespace: &'a str,
    /// With it a Secret that was deleted is not made anew by a write that comes late.
    uid: &'a str,
    /// With it the write is for what was read, and for nothing else.
    resource_version: &'a str,
    annotations: BTreeMap<String, String>,
}

/// What the two fields shall hold.
pub(super) struct Content<'a> {
    pub(super) value: &'a SecretValue,
    pub(super) previous: Option<&'a SecretValue>,
    pub(super) mark: Mark,
}

impl Secret {
    /// Takes the answer to a read.
    pub(super) fn of(asked: &Asked<'_>, answer: Answer) -> Called<Self> {
        let line = asked.line();
        if answer.status.is_success() {
            return Ok(Self { line, body: Some(answer.body) });
        }
        if failure::is_absent(&answer, "secrets") {
            return Ok(Self { line, body: None });
        }
        Err(failure::of_answer(&line, &answer))
    }

    /// Reads the answer; none where there is no Secret.
    pub(super) fn read(&self) -> Called<Option<Read<'_>>> {
        let Some(body) = &self.body else { return Ok(None) };
        // What serde_json says about broken JSON is a place, never a piece of it.
        let unclear = |error| outcome::of_answer(&self.line, format!("the answer is no Secret of Kubernetes: {error}"));
        serde_json::from_slice(body).map(Some).map_err(unclear)
    }
}

impl Read<'_> {
    /// The value in a field; none where it is missing or empty.
    pub(super) fn value(&self, field: &str) -> Called<Option<SecretValue>> {
        let Some(raw) = self.data.as_ref().and_then(|data| data.get(field)) else { return Ok(None) };
        let unclear = |what: &str| outcome::of_answer("the field", what);
        let text: Option<Zeroizing<String>> = serde_json::from_str::<Option<String>>(raw.get())
            .map_err(|_| unclear("it is no text"))?
            .map(Zeroizing::new);
        let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
        let bytes = BASE64.decode(text.as_bytes()).map_err(|_| unclear("it is not in base 64"))?;
        SecretValue::new(bytes).map(Some).map_err(|_| unclear("its value is too long for a secret"))
    }

    /// What this installation said of the fields of this secret when it wrote last.
    pub(super) fn mark(&self, place: &Place, of: Slot<'_>) -> Option<Mark> {
        Mark::read(self.metadata.annotations.as_ref()?.get(&place.annotation())?, of)
    }

    /// Whether a field is as we have applied it: a write of anybody else would have taken it from us.
    pub(super) fn is_applied(&self, place: &Place, field: &str) -> bool {
        let (manager, key) = (place.manager(), format!("f:{field}"));
        let ours = |managed: &&Managed| managed.manager == manager && managed.operation == "Apply";
        self.metadata.managed_fields.iter().filter(ours).any(|managed| managed.fields_v1["f:data"].get(&key).is_some())
    }

    /// Whether nothing in it can be changed any more.
    pub(super) fn is_immutable(&self) -> bool {
        self.immutable == Some(true)
    }

    /// The body of a write for exactly this version.
    pub(super) fn with(&self, place: &Place, of: Slot<'_>, content: &Content<'_>) -> Called<Zeroizing<Vec<u8>>> {
        let (value, previous) = (encoded(content.value), content.previous.map(encoded));
        let mut data = BTreeMap::from([(place.field(), value.as_str())]);
        data.extend(previous.as_ref().map(|previous| (place.previous(), previous.as_str())));
        let metadata = AppliedMetadata {
            name: place.name(),
            namespace: place.namespace(),
            uid: &self.metadata.uid,
            resource_version: &self.metadata.resource_version,
            annotations: BTreeMap::from([(place.annotation(), content.mark.text(of))]),
        };
        let applied = Applied { api_version: "v1", kind: "Secret", metadata, data };
        let bug = |_| {
            Fault::new(keybaton_ports::Blame::Bug, keybaton_ports::Certainty::NotSent, "it cannot be written as JSON")
        };
        serde_json::to_vec(&applied).map(Zeroizing::new).map_err(bug)
    }
}

fn encoded(value: &SecretValue) -> Zeroizing<String> {
    #[expect(clippy::disallowed_methods, reason = "consumers read the value from the Secret")]
    let bytes = value.expose();
    Zeroizing::new(BASE64.encode(bytes))
}
