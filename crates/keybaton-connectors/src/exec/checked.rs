//! The settings, checked as a whole and without any secret.

use std::collections::BTreeMap;
use std::time::Duration;

use keybaton_core::sheet::{Addressing, Chooser};
use keybaton_ports::{Draw, IssuerTraits};
use keybaton_seal::SecretValue;
use keybaton_types::Reference;

use super::call::Given;
use super::program::Program;
use super::settings::{Can, Ids, IssuerSettings, ProbeSettings, Value};
use crate::build::BuildError;
use crate::timing;

/// Checks an issuer's settings; the program itself is looked at when it is run.
pub(super) fn issuer(settings: &IssuerSettings) -> Result<(Program, IssuerTraits), BuildError> {
    let program = Program::new("program", &settings.program, &settings.folder, settings.sha256.as_deref())?;
    let IssuerSettings { timeout, propagation, .. } = *settings;
    let quiescence = timing::quiescence(timeout, settings.quiescence, "a call")?;
    if settings.max_credentials == Some(0) {
        return Err(BuildError::setting("max_credentials", "an issuer without room for a credential is none"));
    }
    if settings.can.contains(&Can::LastUsed) && !settings.can.contains(&Can::List) {
        return Err(BuildError::setting("can", "the last use is told in the list: add \"list\""));
    }
    Ok((program, traits(settings, quiescence, propagation)))
}

fn traits(settings: &IssuerSettings, quiescence: Duration, propagation: Duration) -> IssuerTraits {
    IssuerTraits {
        max_credentials: settings.max_credentials,
        chooser: match settings.value {
            Value::Ours => Chooser::Us,
            Value::Theirs => Chooser::Issuer,
        },
        addressing: match settings.ids {
            Ids::Once => Addressing::Once,
            Ids::Again => Addressing::Again,
        },
        draw: Draw::DEFAULT,
        last_used_lag: settings.can.contains(&Can::LastUsed).then_some(propagation),
        propagation,
        quiescence,
        timeout: settings.timeout,
    }
}

/// Checks a probe's settings.
pub(super) fn probe(settings: &ProbeSettings) -> Result<Program, BuildError> {
    timing::timed(settings.timeout)?;
    Program::new("exec", &settings.exec, &settings.folder, settings.sha256.as_deref())
}

/// What the program is given beside the call, with the secrets that were resolved.
pub(super) fn given(
    options: &serde_json::Map<String, serde_json::Value>,
    references: &BTreeMap<String, Reference>,
    values: Vec<SecretValue>,
) -> Result<Given, BuildError> {
    if values.len() != references.len() {
        return Err(BuildError::secret("secrets", "they were not resolved"));
    }
    let secrets = references.keys().cloned().zip(values).collect();
    Ok(Given { options: options.clone(), secrets })
}
