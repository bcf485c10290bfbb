//! The whole file.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::node::{Located, Node};

/// keybaton.toml. Tables of which a mistake should not hide the mistakes of others are taken as they stand.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "keybaton.toml")]
pub(crate) struct File {
    /// The version of this format: 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) version: Located<u32>,
    /// Where the ledger is kept.
    #[schemars(with = "Option<super::State>")]
    pub(crate) state: Option<Node>,
    /// Where `keybaton serve` listens.
    #[schemars(with = "Option<super::Server>")]
    pub(crate) server: Option<Node>,
    /// What holds for every secret that does not say otherwise.
    #[schemars(with = "Option<super::Defaults>")]
    pub(crate) defaults: Option<Node>,
    /// Services that make and destroy credentials, by name.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Issuer>")]
    pub(crate) issuer: BTreeMap<Located<String>, Node>,
    /// Places that consumers read, by name; `embedded` is always there.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Vault>")]
    pub(crate) vault: BTreeMap<Located<String>, Node>,
    /// Where people are told of alerts, by name.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Alert>")]
    pub(crate) alert: BTreeMap<Located<String>, Node>,
    /// Somebody else's metrics about how calls with secrets end, by name.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, super::Signal>")]
    pub(crate) signal: BTreeMap<Located<String>, Node>,
    /// The secrets, by name.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, super::Secret>")]
    pub(crate) secret: BTreeMap<Located<String>, Node>,
}

/// A service that makes and destroys credentials; the other keys depend on its type.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only describes the schema; the table is read by its connector")]
pub(crate) struct Issuer {
    /// Which connector reads the other keys. Either this or `preset`.
    r#type: Option<IssuerType>,
    /// A vendor's preset of the type `http`; the other keys are its parameters, or replace what it says.
    preset: Option<Preset>,
}

/// The types of issuers.
#[derive(JsonSchema)]
#[schemars(inline, rename_all = "kebab-case")]
#[expect(dead_code, reason = "only describes the schema")]
pub(crate) enum IssuerType {
    Exec,
    Http,
    Postgres,
}

/// The presets of the http issuer.
struct Preset;

impl JsonSchema for Preset {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Preset".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "enum": crate::PRESETS })
    }
}

/// A place that consumers read; the other keys depend on its type.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only describes the schema; the table is read by its connector")]
pub(crate) struct Vault {
    /// Which connector reads the other keys.
    r#type: crate::VaultKind,
}

/// A channel on which people are told of alerts; the other keys depend on its type.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only describes the schema; the table is read by its connector")]
pub(crate) struct Alert {
    /// Which connector reads the other keys.
    r#type: crate::ChannelKind,
}

/// What the vault in the ledger says of itself: its type, and nothing else.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Embedded {
    #[expect(dead_code, reason = "it was read before; this names the only key")]
    r#type: serde::de::IgnoredAny,
}

/// A name of an issuer, or an issuer inline.
#[derive(JsonSchema)]
#[schemars(inline, untagged)]
#[expect(dead_code, reason = "only describes the schema")]
pub(crate) enum IssuerChoice {
    Name(String),
    Table(Issuer),
}

/// A table of which only its reader knows the keys.
#[derive(JsonSchema)]
#[schemars(inline)]
pub(crate) struct AnyTable {}
