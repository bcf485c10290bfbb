//! An object that the server keeps, and how writes change it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::field::{self, Manager, Path, Way};
use super::status::Refusal;

/// An object that the server keeps.
#[derive(Clone, Debug)]
pub(super) struct Object {
    /// Everything but `metadata.managedFields`.
    pub(super) value: Value,
    pub(super) managers: Vec<Manager>,
}

/// A write of one manager.
pub(super) struct Write<'a> {
    pub(super) manager: &'a str,
    pub(super) way: Way,
    /// When, by the server's clock.
    pub(super) time: &'a str,
}

/// Whether an apply takes fields over that belong to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Force {
    Yes,
    No,
}

impl Object {
    /// The object as it is answered.
    pub(super) fn shown(&self) -> Value {
        let mut value = self.value.clone();
        let version = value["apiVersion"].as_str().unwrap_or("v1").to_owned();
        value["metadata"]["managedFields"] = self.managers.iter().map(|manager| manager.shown(&version)).collect();
        value
    }

    pub(super) fn meta(&self, key: &str) -> &str {
        self.value["metadata"][key].as_str().unwrap_or_default()
    }

    /// Replaces everything: what is changed belongs to the writer alone from now on.
    pub(super) fn update(&mut self, mut value: Value, write: &Write<'_>) {
        for key in ["uid", "creationTimestamp", "resourceVersion", "namespace", "name"] {
            value["metadata"][key] = self.value["metadata"][key].clone();
        }
        if let Some(meta) = value["metadata"].as_object_mut() {
            meta.remove("managedFields");
        }
        let (before, after) = (field::fields(&self.value), field::fields(&value));
        let is_changed = |path: &&Path| field::at(&self.value, path) != field::at(&value, path);
        let changed: BTreeSet<Path> = after.iter().filter(is_changed).cloned().collect();
        let gone: BTreeSet<Path> = before.difference(&after).cloned().collect();
        self.value = value;
        for manager in &mut self.managers {
            manager.fields.retain(|path| !changed.contains(path) && !gone.contains(path));
        }
        if !changed.is_empty() {
            self.own(changed, write);
        }
        self.managers.retain(|manager| !manager.fields.is_empty());
    }

    /// Applies what a manager wants: what it wanted before and does not any more is removed, unless others own it too.
    pub(super) fn apply(&mut self, wanted: &Value, force: Force, write: &Write<'_>) -> Result<(), Refusal> {
        let fields = field::fields(wanted);
        let differs = |path: &Path| field::at(&self.value, path) != field::at(wanted, path);
        let mut conflicts = Vec::new();
        for manager in self.managers.iter().filter(|manager| !manager.is(write.manager, Way::Apply)) {
            let theirs = manager.fields.iter().filter(|path| fields.contains(*path) && differs(path));
            conflicts.extend(theirs.map(|path| (manager.name.clone(), field::shown(path))));
        }
        if force == Force::No && !conflicts.is_empty() {
            return Err(Refusal::managed(&conflicts));
        }
        let is_changed = fields.iter().any(differs);
        let taken: BTreeSet<Path> = fields.iter().filter(|path| differs(path)).cloned().collect();
        for manager in self.managers.iter_mut().filter(|manager| !manager.is(write.manager, Way::Apply)) {
            manager.fields.retain(|path| !taken.contains(path));
        }
        self.give_up(&fields, write.manager);
        for path in &fields {
            if let Some(value) = field::at(wanted, path) {
                field::set(&mut self.value, path, value.clone());
            }
        }
        let before = self.managers.iter().find(|manager| manager.is(write.manager, Way::Apply)).cloned();
        let same = before.as_ref().is_some_and(|manager| manager.fields == fields) && !is_changed;
        let time = before.filter(|_| same).map_or(write.time.to_owned(), |manager| manager.time);
        self.managers.retain(|manager| !manager.is(write.manager, Way::Apply));
        self.managers.push(Manager { name: write.manager.to_owned(), way: Way::Apply, time, fields });
        self.managers.retain(|manager| !manager.fields.is_empty());
        Ok(())
    }

    /// Removes what a manager owned alone and wants no more.
    fn give_up(&mut self, wanted: &BTreeSet<Path>, name: &str) {
        let Some(own) = self.managers.iter().find(|manager| manager.is(name, Way::Apply)) else { return };
        let others = self.managers.iter().filter(|manager| !manager.is(name, Way::Apply));
        let shared: BTreeSet<Path> = others.flat_map(|manager| manager.fields.iter().cloned()).collect();
        let gone: Vec<Path> =
            own.fields.iter().filter(|path| !wanted.contains(*path) && !shared.contains(*path)).cloned().collect();
        for path in gone {
            field::remove(&mut self.value, &path);
        }
    }

    fn own(&mut self, fields: BTreeSet<Path>, write: &Write<'_>) {
        match self.managers.iter_mut().find(|manager| manager.is(write.manager, write.way)) {
            Some(manager) => {
                manager.fields.extend(fields);
                write.time.clone_into(&mut manager.time);
            }
            None => self.managers.push(Manager {
                name: write.manager.to_owned(),
                way: write.way,
                time: write.time.to_owned(),
                fields,
            }),
        }
    }
}

/// Lays a merge patch over a value (RFC 7396).
pub(super) fn merge(value: &mut Value, patch: &Value) {
    let Some(entries) = patch.as_object() else {
        *value = patch.clone();
        return;
    };
    if !value.is_object() {
        *value = json!({});
    }
    for (key, inner) in entries {
        if inner.is_null() {
            if let Some(map) = value.as_object_mut() {
                map.remove(key);
            }
        } else {
            merge(&mut value[key.as_str()], inner);
        }
    }
}
