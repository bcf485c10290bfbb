//! The file vault: the last write wins, and what is served is the content itself.

use std::time::Duration;

use async_trait::async_trait;
use keybaton_core::sheet::Fencing;
use keybaton_ports::{Blame, Called, Certainty, Fault, Publication, Seen, Vault, VaultTraits};
use keybaton_seal::SecretValue;
use keybaton_types::SecretId;
use tokio::task::JoinError;

use super::access::Access;
use super::entry::{Bytes, broken};
use super::failure::about;
use super::folder::Folder;
use super::replace::replace;
use super::settings::VaultSettings;
use super::stage::Stage;
use super::target::Target;
use crate::build::BuildError;

/// A vault that is an entry of a file.
pub struct FileVault {
    target: Target,
    access: Access,
    links: Links,
    timeout: Duration,
}

/// What becomes of a symbolic link.
#[derive(Clone, Copy)]
enum Links {
    Refused,
    Followed,
}

impl FileVault {
    /// Builds the vault of one secret; `name` is the path of the file, and the entry behind `#`.
    pub fn new(settings: &VaultSettings, name: &str) -> Result<Self, BuildError> {
        let links = if settings.follow_symlinks { Links::Followed } else { Links::Refused };
        let (target, access) = (Target::new(settings, name)?, Access::new(settings)?);
        Ok(Self { target, access, links, timeout: settings.timeout })
    }
}

/// Where the value stands now; looks at the file system where links are followed.
fn place(target: Target, links: Links) -> Target {
    match links {
        Links::Refused => target,
        Links::Followed => target.followed(),
    }
}

#[async_trait]
impl Vault for FileVault {
    fn fencing(&self) -> Fencing {
        Fencing::Unfenced
    }

    fn traits(&self) -> VaultTraits {
        VaultTraits { timeout: self.timeout, quiescence: self.timeout }
    }

    async fn publish(&self, publication: Publication<'_>) -> Called<()> {
        let (target, access, links) = (self.target.clone(), self.access.clone(), self.links);
        let (value, stage) = (copy(publication.rendering), Stage::default());
        let waiting = stage.waiting();
        let work = tokio::task::spawn_blocking(move || replace(&place(target, links), &access, &value, &stage));
        match tokio::time::timeout(self.timeout, work).await {
            Ok(ended) => ended.unwrap_or_else(|error| Err(crashed(&error))),
            Err(_) if waiting.stop() => Err(late(Certainty::NotSent)),
            Err(_) => Err(late(Certainty::Unknown)),
        }
    }

    async fn served(&self, _: &SecretId) -> Called<Seen> {
        let (target, links) = (self.target.clone(), self.links);
        let work = tokio::task::spawn_blocking(move || read(&place(target, links)));
        match tokio::time::timeout(self.timeout, work).await {
            Ok(ended) => ended.unwrap_or_else(|error| Err(crashed(&error))),
            Err(_) => Err(late(Certainty::NotSent)),
        }
    }
}

fn read(target: &Target) -> Called<Seen> {
    let path = target.path();
    let Some(found) = Folder::open(&target.folder)?.read(&target.file)? else { return Ok(Seen::Nothing) };
    let value = target.entry.read(&found.content).map_err(|fault| about(&path, fault))?;
    // Room that waits for a value is no value: `KEY=`, an empty file.
    let Some(mut value) = value.filter(|value| !value.is_empty()) else { return Ok(Seen::Nothing) };
    let too_long = |_| about(&path, broken("its value is too long for a secret"));
    SecretValue::new(std::mem::take(&mut *value)).map(Seen::Value).map_err(too_long)
}

#[expect(clippy::disallowed_methods, reason = "consumers read the value from the file")]
fn copy(value: &SecretValue) -> Bytes {
    Bytes::new(value.expose().to_vec())
}

fn late(certainty: Certainty) -> Fault {
    Fault::new(Blame::Transient, certainty, "the file system did not answer in time")
}

fn crashed(error: &JoinError) -> Fault {
    // The error may carry the words of a panic: they are not ours to show.
    let what = if error.is_panic() { "the write of the file ended in a panic" } else { "the write was given up" };
    Fault::new(Blame::Bug, Certainty::Unknown, what)
}
