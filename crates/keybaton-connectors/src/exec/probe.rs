//! The exec probe: the program tries a credential and says what came of it.

use std::time::Duration;

use async_trait::async_trait;
use keybaton_ports::{Called, Presented, Probe, Verdict};
use keybaton_seal::SecretValue;
use serde::Deserialize;
use serde_json::json;

use super::answer::read;
use super::call::{Call, Given};
use super::checked;
use super::program::Program;
use super::run::run;
use super::settings::ProbeSettings;
use crate::build::BuildError;

/// A probe that is a program.
pub struct ExecProbe {
    program: Program,
    given: Given,
    timeout: Duration,
}

/// The answer to `probe`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    verdict: Verdict,
}

impl ExecProbe {
    /// Builds the probe; `values` are those of the settings' `secrets`, in the order of their names.
    pub fn new(settings: &ProbeSettings, values: Vec<SecretValue>) -> Result<Self, BuildError> {
        let program = checked::probe(settings)?;
        let given = checked::given(&settings.options, &settings.secrets, values)?;
        Ok(Self { program, given, timeout: settings.timeout })
    }
}

#[async_trait]
impl Probe for ExecProbe {
    async fn probe(&self, presented: Presented<'_>) -> Called<Verdict> {
        let call = Call::new("probe", &self.given, self.timeout).secret(presented.secret);
        let call = call.with("id", json!(presented.id.0)).value(presented.value);
        let (line, message) = run(&self.program, call.message(), self.timeout).await?;
        read::<Seen>(&self.program, &message, &line).map(|seen| seen.verdict)
    }
}
