//! The exec channel: a program is told of an alert, in one document on its stdin.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use keybaton_ports::{Called, Channel, Message};
use keybaton_seal::SecretValue;
use keybaton_types::Reference;
use serde_json::json;

use super::answer::{Nothing, read};
use super::call::{Call, Given};
use super::checked;
use super::program::Program;
use super::run::run;
use super::settings::ChannelSettings;
use crate::build::{BuildChannel, BuildError};
use crate::{timing, wording};

/// A channel that is a program.
pub struct ExecChannel {
    program: Program,
    given: Given,
    timeout: Duration,
}

impl ExecChannel {
    /// Builds the channel; `values` are those of the settings' `secrets`, in the order of their names.
    pub fn new(settings: &ChannelSettings, values: Vec<SecretValue>) -> Result<Self, BuildError> {
        let given = checked::given(&settings.options, &settings.secrets, values)?;
        Ok(Self { program: program(settings)?, given, timeout: settings.timeout })
    }
}

fn program(settings: &ChannelSettings) -> Result<Program, BuildError> {
    timing::timed(settings.timeout)?;
    Program::new("program", &settings.program, &settings.folder, settings.sha256.as_deref())
}

#[async_trait]
impl Channel for ExecChannel {
    async fn send(&self, message: &Message) -> Called<()> {
        let call = Call::new("alert", &self.given, self.timeout).with("id", json!(message.id));
        let call = call.with("alert", json!(wording::document(message)));
        let (line, message) = run(&self.program, call.message(), self.timeout).await?;
        read::<Nothing>(&self.program, &message, &line).map(drop)
    }

    fn acknowledges(&self) -> bool {
        true
    }
}

impl BuildChannel for ChannelSettings {
    fn start_at(&mut self, folder: &Path) {
        self.folder = folder.join(&self.folder);
    }

    fn check(&self) -> Result<(), BuildError> {
        program(self).map(drop)
    }

    fn references(&self) -> Vec<&Reference> {
        self.secrets.values().collect()
    }

    fn build(&self, values: Vec<SecretValue>) -> Result<Arc<dyn Channel>, BuildError> {
        Ok(Arc::new(ExecChannel::new(self, values)?))
    }
}
