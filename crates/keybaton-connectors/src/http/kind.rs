//! The line of the registry: how the http connector is read and built without knowing its types.

use std::sync::Arc;

use keybaton_ports::{Issuer, Probe};
use keybaton_seal::SecretValue;
use keybaton_types::{Reference, SecretId};
use schemars::schema_for;
use serde::Deserialize;

use super::plan::Plan;
use super::probe;
use super::settings::{IssuerSettings, ProbeSettings};
use super::{Auth, HttpIssuer, HttpProbe};
use crate::build::{BuildError, BuildIssuer, BuildProbe};
use crate::registry::{IssuerRole, Kind, ProbeRole};

/// The http connector.
pub static KIND: Kind = Kind {
    name: "http",
    summary: "any service with an HTTP API that speaks JSON, described in the configuration",
    issuer: Some(IssuerRole {
        schema: || schema_for!(IssuerSettings),
        read: |table| {
            let settings = IssuerSettings::deserialize(table)?;
            Plan::new(&settings)?;
            Ok(Box::new(settings))
        },
    }),
    probe: Some(ProbeRole {
        schema: || schema_for!(ProbeSettings),
        read: |table| {
            let settings = ProbeSettings::deserialize(table)?;
            probe::Plan::new(&settings)?;
            Ok(Box::new(settings))
        },
    }),
};

impl BuildIssuer for IssuerSettings {
    fn references(&self) -> Vec<&Reference> {
        self.auth.iter().map(Auth::reference).collect()
    }

    fn build(&self, secret: &SecretId, values: Vec<SecretValue>) -> Result<Arc<dyn Issuer>, BuildError> {
        Ok(Arc::new(HttpIssuer::new(self, secret, values.first())?))
    }
}

impl BuildProbe for ProbeSettings {
    fn references(&self) -> Vec<&Reference> {
        Vec::new()
    }

    fn build(&self, _: Vec<SecretValue>) -> Result<Arc<dyn Probe>, BuildError> {
        Ok(Arc::new(HttpProbe::new(self)?))
    }
}
