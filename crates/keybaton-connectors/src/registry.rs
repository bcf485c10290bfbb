//! The explicit list of connectors. Adding one is a folder and a line in [`ALL`].

use schemars::Schema;
use serde_json::Value;

use crate::build::{BuildError, BuildIssuer, BuildProbe};
use crate::http;

/// Every connector, in the order of the alphabet.
pub const ALL: &[&Kind] = &[&http::KIND];

/// A kind of connector: what it is called, what it can be, and how its settings are read.
pub struct Kind {
    /// What the configuration calls it: `type = "…"` of an issuer or vault, the first key of a probe.
    pub name: &'static str,
    /// What it is, in one line.
    pub summary: &'static str,
    /// How it is an issuer, where it is one.
    pub issuer: Option<IssuerRole>,
    /// How it is a probe, where it is one.
    pub probe: Option<ProbeRole>,
}

/// What a connector can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It creates and destroys credentials.
    Issuer,
    /// It tries to authenticate with a credential.
    Probe,
}

/// How a connector is an issuer.
pub struct IssuerRole {
    /// The JSON Schema of its settings, without `type`.
    pub schema: fn() -> Schema,
    /// Reads and checks its settings, without `type`.
    pub read: fn(Value) -> Result<Box<dyn BuildIssuer>, BuildError>,
}

/// How a connector is a probe.
pub struct ProbeRole {
    /// The JSON Schema of its settings.
    pub schema: fn() -> Schema,
    /// Reads and checks its settings.
    pub read: fn(Value) -> Result<Box<dyn BuildProbe>, BuildError>,
}

impl Kind {
    /// Returns what it can be.
    pub fn roles(&self) -> Vec<Role> {
        let issuer = self.issuer.as_ref().map(|_| Role::Issuer);
        let probe = self.probe.as_ref().map(|_| Role::Probe);
        [issuer, probe].into_iter().flatten().collect()
    }
}

/// Returns the connector of that name.
pub fn find(name: &str) -> Option<&'static Kind> {
    ALL.iter().find(|kind| kind.name == name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_connector_has_a_name_of_its_own_and_a_role() {
        assert!(ALL.is_sorted_by(|a, b| a.name < b.name));
        assert!(ALL.iter().all(|kind| !kind.roles().is_empty()));
        assert!(ALL.iter().all(|kind| find(kind.name).is_some_and(|found| found.name == kind.name)));
    }
}
