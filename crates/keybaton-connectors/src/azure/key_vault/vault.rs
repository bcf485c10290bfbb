//! The vault: a secret of Azure Key Vault, read by its name alone.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use keybaton_core::sheet::Fencing;
use keybaton_ports::{
    Archive, Blame, Called, Certainty, Fault, Knows, Numbered, Numbering, Publication, Replaces, Seen, Slot, Tidying,
    Vault, VaultTraits,
};
use keybaton_seal::SecretValue;
use keybaton_types::{SecretId, VersionNo};

use super::expiry;
use super::name::Name;
use super::note::Note;
use super::properties::{Latest, Properties, others};
use super::settings::{OldVersions, VaultSettings};
use super::shelf::{Attributes, Draft, Shelf};
use super::sight::Sight;
use crate::azure::errand::Errand;
use crate::azure::login::Login;
use crate::azure::wire::Wire;
use crate::build::BuildError;
use crate::timing;
use crate::web::{Base, Client, authorities};

/// The longest value that Key Vault takes, in bytes.
const LONGEST: usize = 25 * 1024;

/// So many earlier versions are looked at when a rotation has ended, the youngest first.
const TIDIED: usize = 100;

/// A secret of Azure Key Vault.
pub struct AzureKeyVault {
    shelf: Shelf,
    content_type: Option<String>,
    expires: Option<Duration>,
    old_versions: OldVersions,
    traits: VaultTraits,
}

impl AzureKeyVault {
    /// Builds the vault of one secret, whose `name` is that of a secret there; `value` is the secret that the settings refer
    /// to.
    pub fn new(settings: &VaultSettings, name: &str, value: Option<SecretValue>) -> Result<Self, BuildError> {
        let name = Name::new(name)?;
        let client = match &settings.ca_file {
            None => Client::shared()?,
            Some(path) => Client::trusting(path)?,
        };
        let login = Login::new(&settings.login, value, client.clone());
        let wire = Wire::to(client, origin(&settings.url)?).options();
        Ok(Self {
            shelf: Shelf::new(&settings.url, name, login, wire)?,
            content_type: settings.content_type.clone(),
            expires: settings.expires,
            old_versions: settings.old_versions,
            traits: traits(settings)?,
        })
    }

    fn begin(&self) -> Errand {
        Errand::begin(self.traits.timeout)
    }

    /// Looks, and writes. What is written between the look and the write cannot be kept out; our note shows it.
    async fn put(&self, publication: &Publication<'_>) -> Called<()> {
        let of = publication.slot();
        let versions = self.shelf.versions().await.map_err(Fault::unsent)?;
        let latest = self.shelf.latest().await.map_err(Fault::unsent)?;
        if let Some(latest) = &latest {
            let fence = Note::read(&latest.tags, of).map(|note| note.fence);
            if fence.is_some_and(|fence| fence > publication.fence) {
                return Err(self.refused("a later write of ours came first"));
            }
            if fence == Some(publication.fence) && is_same(latest, publication) {
                return Ok(());
            }
            self.guard(latest, &versions, publication, of)?;
        }
        self.write(latest.as_ref(), Sight::of(others(&versions, of)), publication).await
    }

    /// Whether what is there may be replaced.
    fn guard(
        &self,
        latest: &Latest,
        versions: &[Properties],
        publication: &Publication<'_>,
        of: Slot<'_>,
    ) -> Called<()> {
        let Replaces::Ours(ours) = publication.replaces else { return Ok(()) };
        if latest.value.as_ref().is_some_and(|value| !ours(value)) {
            return Err(self.refused("it serves a value that keybaton did not write, so it was not overwritten"));
        }
        if unseen(latest, versions, of).is_some() {
            return Err(
                self.refused("somebody wrote a version at the same time as keybaton: disable it, or write it anew")
            );
        }
        Ok(())
    }

    async fn write(&self, over: Option<&Latest>, sight: Sight, publication: &Publication<'_>) -> Called<()> {
        let unwritable = |what: &str| {
            Fault::new(Blame::Rejected, Certainty::NotSent, format!("PUT /secrets/{}: {what}", self.shelf.name()))
        };
        #[expect(clippy::disallowed_methods, reason = "consumers read the value from the vault")]
        let value = str::from_utf8(publication.rendering.expose());
        let value = value.map_err(|_| unwritable("the value is no text, and Key Vault holds texts"))?;
        if value.len() > LONGEST {
            return Err(unwritable("the value has more than 25 KiB"));
        }
        let Publication { fence, version: number, .. } = *publication;
        let (empty, note) = (HashMap::new(), Note { fence, number, sight });
        let tags = note.beside(over.map_or(&empty, |over| &over.tags), publication.slot());
        let tags = tags.ok_or_else(|| unwritable("it has 15 tags, and keybaton's has no room beside them"))?;
        let content_type = self.content_type.as_deref().or(over.and_then(|over| over.content_type.as_deref()));
        let attributes = Attributes { enabled: true, exp: self.expires.map(expiry::after) };
        self.shelf.write(&Draft { value, tags, content_type, attributes }).await
    }

    /// What is served; a version that somebody wrote between a look of ours and our write is shown in its stead, because
    /// nobody has seen it yet.
    async fn seen(&self, secret: &SecretId) -> Called<Seen> {
        let Some(latest) = self.shelf.latest().await? else { return Ok(Seen::Nothing) };
        if let Some(installation) = Note::writer(&latest.tags, secret) {
            let of = Slot { installation: &installation, secret };
            let versions = self.shelf.versions().await?;
            if let Some(theirs) = unseen(&latest, &versions, of)
                && let Some(read) = self.shelf.read(Some(theirs.version.clone())).await?
                && let Some(value) = read.value
            {
                return Ok(Seen::Value(value));
            }
        }
        Ok(latest.value.map_or(Seen::Nothing, Seen::Value))
    }

    async fn numbered(&self, of: Slot<'_>) -> Called<Vec<(VersionNo, Properties)>> {
        let versions = self.shelf.versions().await?.into_iter().filter(|version| version.enabled);
        Ok(versions.filter_map(|version| Some((version.note(of)?.number, version))).collect())
    }

    /// Disables what holds a dead value, and is not what consumers read.
    async fn disable(&self, dead: Knows<'_>) -> Called<usize> {
        let mut versions = self.shelf.versions().await?;
        let Some(latest) = self.shelf.latest().await? else { return Ok(0) };
        versions.retain(|version| version.enabled && version.version != latest.version);
        versions.sort_by_key(|version| std::cmp::Reverse(version.created));
        let mut disabled = 0;
        for Properties { version, .. } in versions.into_iter().take(TIDIED) {
            let read = self.shelf.read(Some(version.clone())).await?;
            if read.and_then(|read| read.value).is_some_and(|value| dead(&value)) {
                self.shelf.disable(version).await?;
                disabled += 1;
            }
        }
        Ok(disabled)
    }

    fn refused(&self, what: &str) -> Fault {
        Fault::new(Blame::Rejected, Certainty::Refused, format!("{}: {what}", self.shelf.name()))
    }
}

#[async_trait]
impl Vault for AzureKeyVault {
    /// Key Vault takes every write.
    fn fencing(&self) -> Fencing {
        Fencing::Unfenced
    }

    fn traits(&self) -> VaultTraits {
        self.traits
    }

    async fn publish(&self, publication: Publication<'_>) -> Called<()> {
        self.begin().run(self.put(&publication)).await
    }

    /// Always the value itself: a tag does not prove who wrote a version, and a fingerprint does.
    async fn served(&self, secret: &SecretId) -> Called<Seen> {
        self.begin().run(self.seen(secret)).await
    }

    fn archive(&self) -> Option<&dyn Archive> {
        Some(self)
    }

    fn numbering(&self) -> Option<&dyn Numbering> {
        Some(self)
    }

    fn tidying(&self) -> Option<&dyn Tidying> {
        match self.old_versions {
            OldVersions::Disable => Some(self),
            OldVersions::Keep => None,
        }
    }
}

#[async_trait]
impl Archive for AzureKeyVault {
    async fn version(&self, of: Slot<'_>, version: VersionNo) -> Called<Option<SecretValue>> {
        let work = async {
            let found = self.numbered(of).await?.into_iter().find(|(number, _)| *number == version);
            let Some((_, found)) = found else { return Ok(None) };
            Ok(self.shelf.read(Some(found.version)).await?.and_then(|read| read.value))
        };
        self.begin().run(work).await
    }

    async fn versions(&self, of: Slot<'_>) -> Called<Vec<VersionNo>> {
        let found = self.begin().run(self.numbered(of)).await?;
        let mut numbers: Vec<VersionNo> = found.into_iter().map(|(number, _)| number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        Ok(numbers)
    }
}

#[async_trait]
impl Numbering for AzureKeyVault {
    /// The note of the latest version, in the one answer that consumers read too.
    async fn numbered(&self, of: Slot<'_>) -> Called<Option<Numbered>> {
        let Some(latest) = self.begin().run(self.shelf.latest()).await? else { return Ok(None) };
        let version = Note::read(&latest.tags, of).map(|note| note.number);
        Ok(latest.value.map(|value| Numbered { version, value }))
    }
}

#[async_trait]
impl Tidying for AzureKeyVault {
    /// Each has its own value and nothing else, so that what is dead is nobody's.
    async fn tidy(&self, _: Slot<'_>, dead: Knows<'_>) -> Called<usize> {
        self.begin().run(self.disable(dead)).await
    }
}

/// Checks what needs no network.
pub(super) fn checked(settings: &VaultSettings) -> Result<(), BuildError> {
    origin(&settings.url)?;
    settings.ca_file.as_deref().map_or(Ok(()), |path| authorities(path).map(drop))?;
    if settings.content_type.as_ref().is_some_and(|kind| kind.len() > 255) {
        return Err(BuildError::setting("content_type", "Key Vault takes 255 bytes"));
    }
    if settings.expires.is_some_and(|span| span.is_zero()) {
        return Err(BuildError::setting("expires", "a version that is expired when it is written is of no use"));
    }
    traits(settings).map(drop)
}

fn traits(settings: &VaultSettings) -> Result<VaultTraits, BuildError> {
    let quiescence = timing::quiescence(settings.timeout, settings.quiescence, "a write")?;
    Ok(VaultTraits { timeout: settings.timeout, quiescence })
}

/// Key Vault speaks TLS only, and has nothing behind its host.
fn origin(url: &str) -> Result<url::Url, BuildError> {
    let base = Base::new("url", url)?;
    let wrong = |what: &str| BuildError::setting("url", what);
    let url = url::Url::parse(base.text()).map_err(|_| wrong("it is not a URL"))?;
    match (url.scheme(), url.path()) {
        ("https", "/" | "") => Ok(url),
        ("https", _) => Err(wrong("it is the vault itself, such as https://my-vault.vault.azure.net, without a path")),
        _ => Err(wrong("a key vault is spoken to by https only")),
    }
}

/// The youngest version of somebody else that nobody had seen when the latest, which is ours, was written.
fn unseen<'a>(latest: &Latest, versions: &'a [Properties], of: Slot<'a>) -> Option<&'a Properties> {
    let sight = Note::read(&latest.tags, of)?.sight;
    let unseen = others(versions, of).filter(|version| version.enabled && !sight.has(version));
    unseen.max_by_key(|version| version.created)
}

fn is_same(latest: &Latest, publication: &Publication<'_>) -> bool {
    #[expect(clippy::disallowed_methods, reason = "what is there is compared with what is to be published")]
    let ours = publication.rendering.expose();
    latest.value.as_ref().is_some_and(|value| value.is(ours))
}
