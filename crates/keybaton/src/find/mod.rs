//! Finds likely keys around a folder, for `init`: names, places and guesses, never a value.
//!
//! A value is looked at where it stands, to tell a service by its shape, and is not kept; what leaves this module has no
//! field that could hold one.

mod home;
mod line;
mod place;
mod service;
mod shape;
mod starter;
mod walk;

use std::{collections::BTreeMap, ffi::OsString, path::Path};

use serde::Serialize;

pub(crate) use starter::{blocks, guess};

/// The most names that are reported.
const MOST_NAMES: usize = 200;

/// The most places that are reported of one name.
const MOST_PLACES: usize = 5;

/// What was found, and what could not be looked at.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Found {
    /// The likely keys, by their names.
    pub(crate) keys: Vec<Key>,
    /// Files that were read.
    pub(crate) files: usize,
    /// What was not looked at, and why.
    pub(crate) left_out: Vec<String>,
}

/// A likely key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Key {
    /// What it is called where it stands.
    pub(crate) name: String,
    /// Where: `path:line`, or in words; the first five.
    pub(crate) places: Vec<String>,
    /// How many places there are.
    pub(crate) times: usize,
    /// The service that it is probably for.
    pub(crate) service: Option<&'static str>,
    /// What the guess is made from.
    pub(crate) by: By,
    /// The connector, or the preset of one, that could rotate it.
    pub(crate) rotated_by: Option<String>,
    /// The environment that the place speaks of.
    pub(crate) env: &'static str,
    /// Whether the configuration has a secret that looks like it.
    pub(crate) covered: bool,
}

/// What a guess is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum By {
    /// The shape of the value.
    Shape,
    /// The name.
    Name,
    /// Nothing: only its name says that it is a key.
    None,
}

/// One hit: a name at a place.
struct Hit {
    name: String,
    place: String,
    env: &'static str,
    service: Option<&'static str>,
    by: By,
}

/// Looks through the folder, the profiles in a home, and the names of an environment.
pub(crate) fn find(
    folder: &Path,
    home: Option<&Path>,
    environment: impl Iterator<Item = (OsString, OsString)>,
) -> Found {
    let mut found = Found::default();
    let mut hits = walk::files(folder, &mut found);
    if let Some(home) = home {
        hits.extend(home::profiles(home));
    }
    for (name, value) in environment {
        let (Some(name), Some(value)) = (name.to_str(), value.to_str()) else { continue };
        if !name.starts_with("KEYBATON_") {
            hits.extend(line::judged(name, value, "environment variable".to_owned(), "dev"));
        }
    }
    found.keys = merged(hits);
    if found.keys.len() > MOST_NAMES {
        found
            .left_out
            .push(format!("{} more names: only the first {MOST_NAMES} are shown", found.keys.len() - MOST_NAMES));
        found.keys.truncate(MOST_NAMES);
    }
    found
}

/// One key a name; the best guess of all its places holds.
fn merged(hits: Vec<Hit>) -> Vec<Key> {
    let mut keys: BTreeMap<String, Key> = BTreeMap::new();
    for hit in hits {
        let key = keys.entry(hit.name.clone()).or_insert_with(|| Key {
            name: hit.name,
            places: Vec::new(),
            times: 0,
            service: None,
            by: By::None,
            rotated_by: None,
            env: hit.env,
            covered: false,
        });
        key.times += 1;
        if key.places.len() < MOST_PLACES {
            key.places.push(hit.place);
        }
        if hit.by < key.by {
            (key.service, key.by) = (hit.service, hit.by);
        }
    }
    for key in keys.values_mut() {
        key.rotated_by = key.service.and_then(service::rotated_by);
    }
    keys.into_values().collect()
}

/// Marks what the configuration has already.
pub(crate) fn cover<'a>(found: &mut Found, names: impl Iterator<Item = &'a str>) {
    let names: Vec<String> = names.map(|name| name.replace('_', "-")).collect();
    for key in &mut found.keys {
        let own = starter::secret_name(&key.name);
        key.covered = names.iter().any(|name| own == *name || format!("-{own}-").contains(&format!("-{name}-")));
    }
}
