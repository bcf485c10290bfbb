//! What a cluster holds, who may do what there, and how its API server behaves.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use keybaton_core::civil::rfc3339;
use keybaton_types::Timestamp;
use serde_json::{Value, json};

use super::field::Way;
use super::object::{Force, Object, Write, merge};
use super::status::Refusal;

/// Resource, version, kind: what the server knows.
const KINDS: [(&str, &str, &str); 5] = [
    ("secrets", "v1", "Secret"),
    ("pods", "v1", "Pod"),
    ("deployments", "apps/v1", "Deployment"),
    ("statefulsets", "apps/v1", "StatefulSet"),
    ("daemonsets", "apps/v1", "DaemonSet"),
];

/// When the server's clock begins: 2026-01-01.
const BEGINNING: i64 = 1_767_225_600;

/// How an API server behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClusterMode {
    /// As it should.
    Well,
    /// Answers every request with this status.
    Status(u16),
    /// Answers 429 with `Retry-After` in seconds.
    Throttles(u64),
    /// Takes requests and never answers.
    Hangs,
    /// Carries writes out and never answers them.
    Swallows,
    /// Answers with half a document.
    Babbles,
}

/// What a cluster holds, and how its API server behaves.
pub struct ClusterDesk {
    /// How it behaves.
    pub mode: ClusterMode,
    /// The tokens that are let in.
    pub tokens: BTreeSet<String>,
    /// Verbs on resources that nobody has: `("patch", "secrets")`.
    pub forbidden: BTreeSet<(&'static str, &'static str)>,
    /// How long each answer takes.
    pub delay: Duration,
    /// Requests so far: `PATCH /api/v1/…`.
    pub requests: Vec<String>,
    /// The most entries of one page of a list, whatever is asked for.
    pub page: usize,
    objects: BTreeMap<Key, Object>,
    namespaces: BTreeSet<String>,
    revision: u64,
    clock: i64,
}

/// Resource, namespace, name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) resource: String,
    pub(super) namespace: String,
    pub(super) name: String,
}

impl Key {
    pub(super) fn new(resource: &str, namespace: &str, name: &str) -> Self {
        Self { resource: resource.to_owned(), namespace: namespace.to_owned(), name: name.to_owned() }
    }
}

impl ClusterDesk {
    pub(super) fn new(namespace: &str, token: &str) -> Self {
        Self {
            mode: ClusterMode::Well,
            tokens: BTreeSet::from([token.to_owned()]),
            forbidden: BTreeSet::new(),
            delay: Duration::ZERO,
            requests: Vec::new(),
            page: 500,
            objects: BTreeMap::new(),
            namespaces: BTreeSet::from([namespace.to_owned()]),
            revision: 1000,
            clock: BEGINNING,
        }
    }

    /// The object as it is answered.
    pub(super) fn read(&self, key: &Key) -> Result<Value, Refusal> {
        self.objects.get(key).map(Object::shown).ok_or_else(|| Refusal::not_found(&key.resource, &key.name))
    }

    /// Every object of a resource in a namespace, in the order of their names.
    pub(super) fn list(&self, resource: &str, namespace: &str) -> Vec<Value> {
        let here = |key: &&Key| key.resource == resource && key.namespace == namespace;
        self.objects.keys().filter(here).filter_map(|key| self.read(key).ok()).collect()
    }

    /// Makes an object that is not there.
    pub(super) fn create(&mut self, key: &Key, value: &Value, manager: &str) -> Result<Value, Refusal> {
        if !self.namespaces.contains(&key.namespace) {
            return Err(Refusal::not_found("namespaces", &key.namespace));
        }
        if self.objects.contains_key(key) {
            return Err(Refusal::exists(&key.resource, &key.name));
        }
        let mut object = self.blank(key);
        let mut whole = object.value.clone();
        merge(&mut whole, value);
        let time = self.tick();
        object.update(whole, &Write { manager, way: Way::Update, time: &time });
        self.keep(key, object, &json!({}))
    }

    /// Replaces an object; a version that is named has to be its own.
    pub(super) fn replace(&mut self, key: &Key, value: Value, manager: &str) -> Result<Value, Refusal> {
        let mut object = self.known(key)?;
        check_version(&object, &value, key)?;
        let before = object.value.clone();
        let time = self.tick();
        object.update(value, &Write { manager, way: Way::Update, time: &time });
        self.keep(key, object, &before)
    }

    /// Applies what a manager wants; what is not there is made.
    pub(super) fn apply(&mut self, key: &Key, wanted: &Value, force: Force, manager: &str) -> Result<Value, Refusal> {
        let uid = wanted["metadata"]["uid"].as_str();
        let Some(known) = self.objects.get(key) else {
            if let Some(uid) = uid {
                let why =
                    format!("uid mismatch: the provided object specified uid {uid}, and no existing object was found");
                return Err(Refusal::conflict(&key.resource, &key.name, &why));
            }
            if !self.namespaces.contains(&key.namespace) {
                return Err(Refusal::not_found("namespaces", &key.namespace));
            }
            let blank = self.blank(key);
            return self.applied(key, blank, wanted, force, manager);
        };
        let known = known.clone();
        // Whose fields they are is asked first, which version it is comes with the write.
        known.clone().apply(wanted, force, &Write { manager, way: Way::Apply, time: "" })?;
        check_version(&known, wanted, key)?;
        if uid.is_some_and(|uid| uid != known.meta("uid")) {
            return Err(Refusal::invalid(&key.resource, &key.name, "metadata.uid", "field is immutable"));
        }
        self.applied(key, known, wanted, force, manager)
    }

    pub(super) fn delete(&mut self, key: &Key) -> Result<Value, Refusal> {
        let gone = self.objects.remove(key).ok_or_else(|| Refusal::not_found(&key.resource, &key.name))?;
        self.tick();
        let details = json!({ "name": key.name, "kind": key.resource, "uid": gone.meta("uid") });
        Ok(json!({ "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details }))
    }

    pub(super) fn thaw(&mut self, key: &Key) {
        if let Some(map) = self.objects.get_mut(key).and_then(|object| object.value.as_object_mut()) {
            map.remove("immutable");
        }
    }

    /// Moves the server's clock, as time does between two requests.
    pub fn pass(&mut self, seconds: i64) {
        self.clock += seconds;
    }

    /// The server's time.
    pub(super) fn time(&self) -> String {
        rfc3339(Timestamp(self.clock * 1_000_000))
    }

    fn known(&self, key: &Key) -> Result<Object, Refusal> {
        self.objects.get(key).cloned().ok_or_else(|| Refusal::not_found(&key.resource, &key.name))
    }

    fn applied(
        &mut self,
        key: &Key,
        mut object: Object,
        wanted: &Value,
        force: Force,
        manager: &str,
    ) -> Result<Value, Refusal> {
        let before = object.value.clone();
        let time = self.tick();
        object.apply(wanted, force, &Write { manager, way: Way::Apply, time: &time })?;
        self.keep(key, object, &before)
    }

    /// Keeps an object that was written. One that did not change keeps its version too.
    fn keep(&mut self, key: &Key, mut object: Object, before: &Value) -> Result<Value, Refusal> {
        check(key, &object.value, before)?;
        let managers = self.objects.get(key).map(|known| known.managers.len());
        if object.value != *before || managers != Some(object.managers.len()) {
            self.revision += 1;
            object.value["metadata"]["resourceVersion"] = json!(self.revision.to_string());
            if object.value["spec"] != before["spec"] {
                let generation = before["metadata"]["generation"].as_u64().unwrap_or(0) + 1;
                object.value["metadata"]["generation"] = json!(generation);
            }
        }
        self.objects.insert(key.clone(), object);
        self.read(key)
    }

    /// An object without anything in it yet.
    fn blank(&mut self, key: &Key) -> Object {
        self.revision += 1;
        let (_, version, kind) =
            KINDS.into_iter().find(|(resource, ..)| *resource == key.resource).expect("a resource that is known");
        let uid = format!("00000000-0000-4000-8000-{:012}", self.revision);
        let metadata = json!({
            "name": key.name, "namespace": key.namespace, "uid": uid, "creationTimestamp": self.time(),
        });
        let mut value = json!({ "apiVersion": version, "kind": kind, "metadata": metadata });
        if key.resource == "secrets" {
            value["type"] = json!("Opaque");
        }
        Object { value, managers: Vec::new() }
    }

    /// Each write happens a second after the one before.
    fn tick(&mut self) -> String {
        self.clock += 1;
        self.time()
    }
}

/// Whether a resource is served under this version.
pub(super) fn is_served(resource: &str, version: &str) -> bool {
    KINDS.iter().any(|(known, at, _)| *known == resource && *at == version)
}

fn check_version(object: &Object, wanted: &Value, key: &Key) -> Result<(), Refusal> {
    match wanted["metadata"]["resourceVersion"].as_str() {
        Some(version) if !version.is_empty() && version != object.meta("resourceVersion") => {
            let why = "the object has been modified; please apply your changes to the latest version and try again";
            Err(Refusal::conflict(&key.resource, &key.name, why))
        }
        _ => Ok(()),
    }
}

/// What no object of a kind may be.
fn check(key: &Key, value: &Value, before: &Value) -> Result<(), Refusal> {
    let wrong = |field: &str, why: &str| Err(Refusal::invalid(&key.resource, &key.name, field, why));
    if key.resource != "secrets" {
        let whole = key.resource == "pods" || value["spec"]["selector"].is_object();
        return if whole { Ok(()) } else { wrong("spec.selector", "Required value") };
    }
    let is_immutable = before["immutable"] == json!(true);
    if is_immutable && (value["immutable"] != json!(true) || value["data"] != before["data"]) {
        return wrong("data", "field is immutable when `immutable` is set");
    }
    let entries = value["data"].as_object().into_iter().flatten();
    for (name, entry) in entries {
        if entry.as_str().and_then(decoded).is_none() {
            return wrong(&format!("data[{name}]"), "illegal base64 data");
        }
    }
    Ok(())
}

/// What stands behind base 64.
pub(super) fn decoded(text: &str) -> Option<Vec<u8>> {
    data_encoding::BASE64.decode(text.as_bytes()).ok()
}
