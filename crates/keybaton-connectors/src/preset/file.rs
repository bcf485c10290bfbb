//! A preset as its file holds it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::parameter::{Declared, Parameter};

/// A preset of the http issuer.
#[derive(Clone, Debug)]
pub struct Preset {
    /// What the configuration calls it: `preset = "sendgrid"`.
    pub name: &'static str,
    /// What it rotates, as a heading.
    pub title: String,
    /// What it rotates, in one line.
    pub summary: String,
    /// Which credential keybaton itself needs, and what that one may do.
    pub admin: String,
    /// An example of `auth`, as it stands in the configuration.
    pub auth: String,
    /// Keys of the http issuer that the user must give beside `auth`.
    pub needs: Vec<Need>,
    /// What the user gives, in the order of the alphabet.
    pub parameters: Vec<Parameter>,
    /// Where the facts come from.
    pub links: Vec<Link>,
    /// What else an operator should know.
    pub notes: Vec<String>,
    /// What is dangerous; `plan` says it.
    pub cautions: Vec<(String, String)>,
    /// Why there is no issuer, where the vendor's documents allow none.
    pub refusal: Option<Refusal>,
    /// The table of the http issuer.
    pub(super) issuer: Value,
}

/// A key of the http issuer that the user must give.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// The key.
    pub key: String,
    /// What it is.
    pub description: String,
    /// An example, as it stands in the configuration.
    pub example: String,
}

/// A document of the vendor.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// The day on which it was read, as RFC 3339 writes days.
    pub looked: String,
}

/// Why a preset makes no issuer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// Why.
    pub what: String,
    /// What to do instead.
    pub hint: String,
}

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: String,
    summary: String,
    admin: String,
    auth: String,
    links: Vec<Link>,
    notes: Vec<String>,
    #[serde(default)]
    needs: Vec<Need>,
    #[serde(default)]
    parameters: BTreeMap<String, Declared>,
    refusal: Option<Refusal>,
    #[serde(default)]
    issuer: Value,
}

impl Preset {
    pub(super) fn parse(name: &'static str, text: &str) -> Result<Self, toml::de::Error> {
        let file: File = toml::from_str(text)?;
        let File { title, summary, admin, auth, links, notes, needs, parameters, refusal, issuer } = file;
        let parameters = parameters.into_iter().map(|(name, declared)| Parameter::new(name, declared)).collect();
        let cautions = issuer["cautions"].as_array().into_iter().flatten().filter_map(caution).collect();
        Ok(Self { name, title, summary, admin, auth, needs, parameters, links, notes, cautions, refusal, issuer })
    }
}

fn caution(table: &Value) -> Option<(String, String)> {
    Some((table["what"].as_str()?.to_owned(), table["so"].as_str()?.to_owned()))
}
