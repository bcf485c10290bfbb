//! Detours of an agent: the vaults of agent.toml, built by the registry of connectors, as ways to a value around a server
//! that is silent. The agent itself links no connector; when one is taken is decided in the client library.

use std::{error::Error as _, fmt::Write as _, path::Path, sync::Arc};

use keybaton_agent::files::DetourEntry;
use keybaton_client::{Detour, DetourTerms, Found, Reading};
use keybaton_connectors::{
    build::{BuildError, BuildVault, SettingsSource},
    registry,
};
use keybaton_ports::{Failure, FailureKind, Fault, Slot, Vault};
use keybaton_types::{Installation, SecretId};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::reference::Resolver;

/// A detour with the secret that it is for and its terms.
pub(crate) type Way = (SecretId, Arc<dyn Detour>, DetourTerms);

/// Builds every detour, with the secrets that the agent's own logins need; paths start at the folder of agent.toml.
pub(crate) async fn ways(entries: &[DetourEntry], folder: &Path) -> Result<Vec<Way>, Failure> {
    let resolver = Resolver::new(folder);
    let mut ways: Vec<Way> = Vec::with_capacity(entries.len());
    for entry in entries {
        let settings = settings(entry, folder).map_err(|error| unusable(entry, &error))?;
        let mut values = Vec::new();
        for reference in settings.references() {
            values.push(resolver.resolve(reference).await?);
        }
        let vault = settings.build(&entry.secret, &entry.name, values).map_err(|error| unusable(entry, &error))?;
        if vault.numbering().is_none() {
            return Err(unnumbered(entry));
        }
        let (secret, installation) = (entry.secret.clone(), entry.installation.clone());
        let place = format!("{} {}", entry.kind, entry.name);
        ways.push((secret.clone(), Arc::new(Reader { vault, secret, installation, place }), entry.terms));
    }
    Ok(ways)
}

fn settings(entry: &DetourEntry, folder: &Path) -> Result<Box<dyn BuildVault>, BuildError> {
    let table = Table { settings: &entry.settings, folder };
    let unknown = || Err(BuildError::setting("type", format!("{} is no vault that keybaton knows", entry.kind)));
    registry::vault(&entry.kind, &table).unwrap_or_else(unknown)
}

/// The table of a vault in agent.toml.
struct Table<'a> {
    settings: &'a Value,
    folder: &'a Path,
}

impl SettingsSource for Table<'_> {
    type Error = BuildError;

    fn read<T: DeserializeOwned>(&self) -> Result<T, BuildError> {
        Ok(T::deserialize(self.settings)?)
    }

    fn refuse(&self, error: BuildError) -> BuildError {
        error
    }

    fn folder(&self) -> &Path {
        self.folder
    }
}

/// A vault as a way around the server.
struct Reader {
    vault: Arc<dyn Vault>,
    secret: SecretId,
    installation: Installation,
    place: String,
}

impl Detour for Reader {
    fn read(&self) -> Reading {
        let (vault, secret, installation) = (Arc::clone(&self.vault), self.secret.clone(), self.installation.clone());
        Box::pin(async move {
            let numbering = vault.numbering().ok_or("it tells no numbers")?;
            let found = numbering.numbered(Slot { installation: &installation, secret: &secret }).await;
            let found = found.map_err(|fault| words(&fault))?;
            Ok(found.map(|found| Found { version: found.version, value: found.value }))
        })
    }

    fn place(&self) -> &str {
        &self.place
    }
}

/// A fault and its causes in one line.
fn words(fault: &Fault) -> String {
    let mut text = fault.to_string();
    let mut next = fault.source();
    while let Some(cause) = next {
        // writing to a string does not fail
        let _ = write!(text, ": {cause}");
        next = cause.source();
    }
    text
}

fn unusable(entry: &DetourEntry, error: &BuildError) -> Failure {
    let failure = Failure::new(FailureKind::Usage, format!("the detour of {} cannot be used", entry.secret));
    // the words of a shape are those of its cause
    let failure = match error {
        BuildError::Shape(cause) => failure.because(cause),
        BuildError::Setting { .. }
        | BuildError::Secret { .. }
        | BuildError::Preset { .. }
        | BuildError::LeftOut { .. }
        | BuildError::Client(_) => failure.because(error),
    };
    let usual = || "docs/howto/agent.md has a [[detour]] with every key".to_owned();
    failure.safe("nothing was read").hint(error.hint().unwrap_or_else(usual))
}

fn unnumbered(entry: &DetourEntry) -> Failure {
    let what = format!("a vault of the type {} does not say which version it serves", entry.kind);
    Failure::new(FailureKind::Usage, what).safe("nothing was read").hint("hashicorp-vault and azure-key-vault do")
}
