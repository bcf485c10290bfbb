//! The exec issuer: each call is one run of the program.

use std::collections::BTreeSet;

use async_trait::async_trait;
use keybaton_core::answer::Listed;
use keybaton_ports::{Called, Create, Created, Describing, Fault, Issuer, IssuerTraits, Listing, Sessions, Switching};
use keybaton_seal::SecretValue;
use keybaton_types::{IssuedId, SecretId, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::answer::{Nothing, read};
use super::call::{Call, Given};
use super::checked;
use super::program::Program;
use super::run::run;
use super::settings::{Can, IssuerSettings};
use crate::build::BuildError;

/// An issuer that is a program.
pub struct ExecIssuer {
    program: Program,
    given: Given,
    pub(super) can: BTreeSet<Can>,
    pub(super) traits: IssuerTraits,
    secret: SecretId,
}

/// The answer to `create`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Made {
    id: String,
    value: Option<String>,
}

/// The answer to `list`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credentials {
    credentials: Vec<Entry>,
}

/// An entry of the list; times are RFC 3339.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    label: Option<String>,
    enabled: Option<bool>,
    created: Option<Time>,
    last_used: Option<Time>,
    creator: Option<String>,
}

/// A time of RFC 3339.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Time(Timestamp);

impl TryFrom<String> for Time {
    type Error = jiff::Error;

    fn try_from(text: String) -> Result<Self, jiff::Error> {
        let time: jiff::Timestamp = text.parse()?;
        Ok(Self(Timestamp(time.as_microsecond())))
    }
}

impl ExecIssuer {
    /// Builds the issuer of one secret; `values` are those of the settings' `secrets`, in the order of their names.
    pub fn new(settings: &IssuerSettings, secret: &SecretId, values: Vec<SecretValue>) -> Result<Self, BuildError> {
        let (program, traits) = checked::issuer(settings)?;
        let given = checked::given(&settings.options, &settings.secrets, values)?;
        Ok(Self { program, given, can: settings.can.clone(), traits, secret: secret.clone() })
    }

    pub(super) fn call(&self, verb: &'static str) -> Call {
        Call::new(verb, &self.given, self.traits.timeout).secret(&self.secret)
    }

    pub(super) async fn ask<T: DeserializeOwned>(&self, call: Call) -> Called<T> {
        let (line, message) = run(&self.program, call.message(), self.traits.timeout).await?;
        read(&self.program, &message, &line)
    }

    async fn tell(&self, verb: &'static str, id: &IssuedId) -> Called<()> {
        let Nothing {} = self.ask(self.call(verb).with("id", json!(id.0))).await?;
        Ok(())
    }
}

#[async_trait]
impl Issuer for ExecIssuer {
    fn traits(&self) -> IssuerTraits {
        self.traits.clone()
    }

    async fn create(&self, create: Create<'_>) -> Called<Created> {
        let taken: Vec<&str> = create.taken.iter().map(|id| id.0.as_str()).collect();
        let call = self.call("create").with("label", json!(create.label.0)).with("taken", json!(taken));
        let call = match create.value {
            Some(value) => call.value(value),
            None => call,
        };
        let made: Made = self.ask(call).await?;
        let (ours, theirs) = (create.value.is_some(), made.value.is_some());
        if made.id.is_empty() || ours == theirs {
            let what = if made.id.is_empty() {
                "no id"
            } else if ours {
                "a value although ours was given"
            } else {
                "no value"
            };
            return Err(Fault::unknown(format!("create: the program {} answered with {what}", self.program.name())));
        }
        let value = made.value.map(SecretValue::from_text).transpose();
        let value = value.map_err(|_| Fault::unknown("create: the value is too long for a secret"))?;
        Ok(Created { id: IssuedId(made.id), value })
    }

    async fn destroy(&self, id: &IssuedId) -> Called<()> {
        self.tell("destroy", id).await
    }

    fn listing(&self) -> Option<&dyn Listing> {
        self.can.contains(&Can::List).then_some(self)
    }

    fn switching(&self) -> Option<&dyn Switching> {
        self.can.contains(&Can::Disable).then_some(self)
    }

    fn sessions(&self) -> Option<&dyn Sessions> {
        None
    }

    fn describing(&self) -> Option<&dyn Describing> {
        Some(self)
    }
}

#[async_trait]
impl Listing for ExecIssuer {
    async fn list(&self) -> Called<Vec<Listed>> {
        let found: Credentials = self.ask(self.call("list")).await?;
        let listed = |entry: Entry| Listed {
            id: IssuedId(entry.id),
            label: entry.label,
            enabled: entry.enabled,
            created: entry.created.map(|time| time.0),
            last_used: entry.last_used.map(|time| time.0),
            creator: entry.creator,
        };
        Ok(found.credentials.into_iter().map(listed).collect())
    }
}

#[async_trait]
impl Switching for ExecIssuer {
    async fn disable(&self, id: &IssuedId) -> Called<()> {
        self.tell("disable", id).await
    }

    async fn enable(&self, id: &IssuedId) -> Called<()> {
        self.tell("enable", id).await
    }
}
