//! The vault: one field of a KV secret, written by compare-and-set behind claims of our own fences.

use std::collections::BTreeMap;

use async_trait::async_trait;
use keybaton_core::sheet::Fencing;
use keybaton_ports::{
    Archive, Blame, Called, Certainty, Fault, Knows, Numbered, Numbering, Publication, Replaces, Seen, Slot, Tidying,
    Vault, VaultTraits,
};
use keybaton_seal::SecretValue;
use keybaton_types::{SecretId, VersionNo};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::claim::{Claim, Claims};
use super::failure::{self, Said};
use super::login::Way;
use super::place::Place;
use super::secret::{Read, Secret};
use super::server::Server;
use super::settings::{OldVersions, VaultSettings};
use super::wire::{Answer, Asked, Errand};
use crate::build::BuildError;
use crate::timing;

/// A field of a KV secret.
pub struct HashicorpVault {
    server: Server,
    place: Place,
    field: String,
    old_versions: OldVersions,
    traits: VaultTraits,
}

/// How a write ended that was answered.
enum Wrote {
    Yes,
    /// Another write came first.
    Moved,
}

impl HashicorpVault {
    /// Builds the vault of one secret, whose `name` is the path below the mount; `value` is the secret that the settings
    /// refer to.
    pub fn new(settings: &VaultSettings, name: &str, value: Option<SecretValue>) -> Result<Self, BuildError> {
        let place = Place::new(&settings.mount, name)?;
        let server = Server::new(&settings.reach(), Way::new(settings.own(), value)?)?;
        let (field, old_versions) = (settings.field.clone(), settings.old_versions);
        Ok(Self { server, place, field, old_versions, traits: traits(settings)? })
    }

    async fn read(&self, errand: &Errand, version: Option<u64>) -> Called<Secret> {
        let path = self.place.data();
        let asked = version.iter().fold(Asked::get(&path), |asked, version| asked.of_version(*version));
        Secret::of(&asked, self.server.ask(errand, &asked).await?)
    }

    /// Adds an entry to the custom metadata, and removes those that nobody needs any more. A secret without a version has
    /// none to add to yet: they are made first.
    async fn claim(&self, errand: &Errand, of: Slot<'_>, claim: Claim, claims: &Claims) -> Called<()> {
        let (key, value) = claim.entry(of);
        let mut entries: BTreeMap<&str, Value> = claims.spent().map(|key| (key, Value::Null)).collect();
        entries.insert(&key, Value::String(value));
        let body = Zeroizing::new(json!({ "custom_metadata": entries }).to_string().into_bytes());
        let path = self.place.metadata();
        let merge = Asked::patch(&path, body);
        let mut answer = self.server.ask(errand, &merge).await?;
        if answer.status.as_u16() == 404 && Said::of(&answer.body) == Said::Else {
            // Zero is what the mount says, and makes an entry where an empty request would make none.
            let nothing = Zeroizing::new(br#"{"max_versions":0}"#.to_vec());
            self.done(errand, &Asked::post(&path, nothing)).await?;
            answer = self.server.ask(errand, &merge).await?;
        }
        expected(&merge, &answer)
    }

    async fn done(&self, errand: &Errand, asked: &Asked<'_>) -> Called<()> {
        expected(asked, &self.server.ask(errand, asked).await?)
    }

    async fn write(&self, errand: &Errand, read: &Read<'_>, rendering: &SecretValue) -> Called<Wrote> {
        #[expect(clippy::disallowed_methods, reason = "consumers read the value from the server")]
        let text = str::from_utf8(rendering.expose());
        let unwritable = |what| Fault::new(Blame::Rejected, Certainty::NotSent, what);
        let text = text.map_err(|_| unwritable("the value is no text, and a KV secret holds texts"))?;
        let body = read.with(&self.field, text).map_err(|_| unwritable("the value cannot be written as JSON"))?;
        let path = self.place.data();
        let asked = Asked::post(&path, body);
        let answer = self.server.ask(errand, &asked).await?;
        if answer.status.as_u16() == 400 && Said::of(&answer.body) == Said::Moved {
            return Ok(Wrote::Moved);
        }
        expected(&asked, &answer).map(|()| Wrote::Yes)
    }

    /// What became of a write that came second: it was this same publication that came first, or it is refused.
    async fn second(&self, errand: &Errand, publication: &Publication<'_>, claim: Claim) -> Called<()> {
        let secret = self.read(errand, None).await.map_err(Fault::after_refusal)?;
        let read = secret.read().map_err(Fault::after_refusal)?;
        if self.is_there(&read, publication, Some(claim))? {
            return Ok(());
        }
        let of = publication.slot();
        let void = Claim { makes: None, ..claim };
        // Good for reading earlier versions by number, and for nothing else: whether it is written decides nothing.
        let _ = self.claim(errand, of, void, &Claims::default()).await;
        let what = format!(
            "{}: somebody wrote another version at the same time, which was not overwritten",
            self.place.shown()
        );
        Err(Fault::new(Blame::Rejected, Certainty::Refused, what))
    }

    /// Whether what is there was written by this very operation.
    fn is_there(&self, read: &Read<'_>, publication: &Publication<'_>, claim: Option<Claim>) -> Called<bool> {
        let made = claim.is_some_and(|claim| claim.makes == Some(read.version));
        let value = read.value(&self.field).map_err(Fault::unsent)?;
        #[expect(clippy::disallowed_methods, reason = "what is there is compared with what is to be published")]
        let same = value.is_some_and(|value| value.is(publication.rendering.expose()));
        Ok(made && same)
    }

    /// Whether what is there may be replaced.
    fn guard(&self, read: &Read<'_>, replaces: Replaces<'_>) -> Called<()> {
        let Replaces::Ours(ours) = replaces else { return Ok(()) };
        match read.value(&self.field).map_err(Fault::unsent)? {
            Some(value) if !ours(&value) => {
                let what = format!(
                    "{} serves a value that keybaton did not write, so it was not overwritten",
                    self.place.shown()
                );
                Err(Fault::new(Blame::Rejected, Certainty::Refused, what))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Everything that is said of a secret of which no version may be there.
    async fn claims(&self, errand: &Errand, of: Slot<'_>) -> Called<(u64, Claims)> {
        let secret = self.read(errand, None).await?;
        let read = secret.read()?;
        Ok((read.version, Claims::read(&read.custom, of)))
    }

    async fn destroy(&self, errand: &Errand, versions: &[u64]) -> Called<()> {
        let path = self.place.destroy();
        let body = Zeroizing::new(json!({ "versions": versions }).to_string().into_bytes());
        self.done(errand, &Asked::post(&path, body)).await
    }
}

#[async_trait]
impl Vault for HashicorpVault {
    fn fencing(&self) -> Fencing {
        Fencing::Fenced
    }

    fn traits(&self) -> VaultTraits {
        self.traits
    }

    /// Reads, claims, and writes if the version is still the one that was read. Until the last request nothing that
    /// anybody reads is touched, so whatever fails before it has sent nothing.
    async fn publish(&self, publication: Publication<'_>) -> Called<()> {
        let errand = self.server.begin();
        let secret = self.read(&errand, None).await.map_err(Fault::unsent)?;
        let read = secret.read().map_err(Fault::unsent)?;
        let of = publication.slot();
        let claims = Claims::read(&read.custom, of);
        if claims.newest().is_some_and(|newest| newest > publication.fence) {
            return Err(self.late());
        }
        if self.is_there(&read, &publication, claims.of(publication.fence))? {
            return Ok(());
        }
        self.guard(&read, publication.replaces)?;
        let Publication { fence, version: number, .. } = publication;
        let claim = Claim { fence, number, makes: Some(read.version + 1) };
        self.claim(&errand, of, claim, &claims).await.map_err(Fault::unsent)?;
        match self.write(&errand, &read, publication.rendering).await? {
            Wrote::Yes => Ok(()),
            Wrote::Moved => self.second(&errand, &publication, claim).await,
        }
    }

    /// Always the value itself: a number in the metadata does not prove who wrote the version, and a fingerprint does.
    async fn served(&self, _: &SecretId) -> Called<Seen> {
        let errand = self.server.begin();
        let secret = self.read(&errand, None).await?;
        Ok(secret.read()?.value(&self.field)?.map_or(Seen::Nothing, Seen::Value))
    }

    fn archive(&self) -> Option<&dyn Archive> {
        Some(self)
    }

    fn numbering(&self) -> Option<&dyn Numbering> {
        Some(self)
    }

    fn tidying(&self) -> Option<&dyn Tidying> {
        match self.old_versions {
            OldVersions::Destroy => Some(self),
            OldVersions::Keep => None,
        }
    }
}

#[async_trait]
impl Archive for HashicorpVault {
    async fn version(&self, of: Slot<'_>, version: VersionNo) -> Called<Option<SecretValue>> {
        let errand = self.server.begin();
        let (_, claims) = self.claims(&errand, of).await?;
        for makes in claims.iter().rev().filter(|claim| claim.number == version).filter_map(|claim| claim.makes) {
            let secret = self.read(&errand, Some(makes)).await?;
            if let Some(value) = secret.read()?.value(&self.field)? {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    async fn versions(&self, of: Slot<'_>) -> Called<Vec<VersionNo>> {
        let errand = self.server.begin();
        let (_, claims) = self.claims(&errand, of).await?;
        let mut numbers = Vec::new();
        for Claim { number, makes, .. } in claims.iter() {
            let Some(makes) = makes else { continue };
            if self.read(&errand, Some(makes)).await?.read()?.value(&self.field)?.is_some() {
                numbers.push(number);
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        Ok(numbers)
    }
}

#[async_trait]
impl Numbering for HashicorpVault {
    /// Version and claims come in one answer. The claim of the highest fence counts: a lower one that meant to make the same
    /// version came second.
    async fn numbered(&self, of: Slot<'_>) -> Called<Option<Numbered>> {
        let errand = self.server.begin();
        let secret = self.read(&errand, None).await?;
        let read = secret.read()?;
        let Some(value) = read.value(&self.field)? else { return Ok(None) };
        Ok(Some(Numbered { version: Claims::read(&read.custom, of).made(read.version), value }))
    }
}

#[async_trait]
impl Tidying for HashicorpVault {
    async fn tidy(&self, of: Slot<'_>, dead: Knows<'_>) -> Called<usize> {
        let errand = self.server.begin();
        let (current, claims) = self.claims(&errand, of).await?;
        let mut versions = Vec::new();
        for earlier in claims.iter().filter_map(|claim| claim.makes).filter(|makes| *makes < current) {
            let secret = self.read(&errand, Some(earlier)).await?;
            let read = secret.read()?;
            let value = read.value(&self.field)?;
            if value.is_some_and(|value| dead(&value)) && !read.has_more_than(&self.field) {
                versions.push(earlier);
            }
        }
        versions.dedup();
        if !versions.is_empty() {
            self.destroy(&errand, &versions).await?;
        }
        Ok(versions.len())
    }
}

impl HashicorpVault {
    fn late(&self) -> Fault {
        let what = format!("{}: a later write of ours came first", self.place.shown());
        Fault::new(Blame::Rejected, Certainty::Refused, what)
    }
}

/// Checks the times that the settings have.
pub(super) fn traits(settings: &VaultSettings) -> Result<VaultTraits, BuildError> {
    let quiescence = timing::quiescence(settings.timeout, settings.quiescence, "a write")?;
    Ok(VaultTraits { timeout: settings.timeout, quiescence })
}

fn expected(asked: &Asked<'_>, answer: &Answer) -> Called<()> {
    if answer.status.is_success() {
        return Ok(());
    }
    Err(failure::of_answer(&asked.line(), answer.status, &answer.body))
}
