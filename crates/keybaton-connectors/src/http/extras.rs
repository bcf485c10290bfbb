//! What the settings bring along for templates: parameters, and secrets beside the one that authenticates.

use std::collections::BTreeMap;

use keybaton_seal::SecretValue;
use keybaton_types::SecretId;
use serde_json::Value;

use super::known::Known;
use super::settings::IssuerSettings;
use super::template::{ENV, ID, LABEL, SECRET, VALUE, Variables};
use crate::build::BuildError;

/// The names that mean something else in every template.
const TAKEN: [&str; 5] = [ID, LABEL, SECRET, ENV, VALUE];

/// The resolved secrets, by name.
pub(super) type Secrets = Vec<(String, SecretValue)>;

/// Checks the names, and returns what templates may use of them.
pub(super) fn known(settings: &IssuerSettings) -> Result<Known<'_>, BuildError> {
    let tables = [("parameters", names(&settings.parameters)), ("secrets", names(&settings.secrets))];
    for (table, names) in &tables {
        if let Some(name) = names.iter().find(|name| !is_name(name)) {
            let what = "a variable is written in lowercase letters, digits and _, and begins with a letter";
            return Err(BuildError::setting(format!("{table}.{name}"), what));
        }
        if let Some(name) = names.iter().find(|name| TAKEN.contains(name)) {
            return Err(BuildError::setting(format!("{table}.{name}"), "every template has a variable of this name"));
        }
    }
    let [(_, parameters), (_, secrets)] = tables;
    match secrets.iter().find(|name| parameters.contains(name)) {
        None => Ok(Known::brought(&settings.parameters, secrets)),
        Some(both) => Err(BuildError::setting(format!("secrets.{both}"), "a parameter has this name too")),
    }
}

/// The variables of every request about a secret.
pub(super) fn variables(
    secret: &SecretId,
    parameters: &BTreeMap<String, Value>,
    secrets: &Secrets,
) -> Result<Variables, keybaton_ports::Fault> {
    let start = parameters.iter().fold(Variables::of(secret), |so_far, (name, value)| so_far.parameter(name, value));
    secrets.iter().try_fold(start, |so_far, (name, value)| so_far.secret(name, value))
}

fn names<T>(table: &BTreeMap<String, T>) -> Vec<&str> {
    table.keys().map(String::as_str).collect()
}

/// Whether a text can be the name of a variable.
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
