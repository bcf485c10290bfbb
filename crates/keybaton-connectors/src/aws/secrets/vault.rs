//! The vault: a version is put under AWSPENDING, and AWSCURRENT is moved to it from the version that was read.

use async_trait::async_trait;
use keybaton_core::sheet::Fencing;
use keybaton_ports::{
    Archive, Blame, Called, Certainty, Fault, Knows, Publication, Replaces, Seen, Slot, Tidying, Vault, VaultTraits,
};
use keybaton_seal::SecretValue;
use keybaton_types::{SecretId, VersionNo};
use serde::Serialize;
use serde_json::json;
use zeroize::Zeroizing;

use super::claim::Claim;
use super::secret::{self, Secret};
use super::versions::{CURRENT, PENDING, Versions};
use crate::aws::failure::Said;
use crate::aws::own::Way;
use crate::aws::server::Server;
use crate::aws::settings::{OldVersions, VaultSettings};
use crate::aws::wire::{Answer, Asked, Errand};
use crate::build::BuildError;
use crate::timing;

/// A secret of Secrets Manager, or a field of it.
pub struct SecretsManagerVault {
    server: Server,
    name: String,
    field: Option<String>,
    old_versions: OldVersions,
    traits: VaultTraits,
}

/// A version that is put.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Put<'a> {
    secret_id: &'a str,
    client_request_token: &'a str,
    secret_string: &'a str,
    version_stages: [String; 2],
}

/// How a move of AWSCURRENT ended that was answered.
enum Moved {
    Yes,
    /// It was not where it had been read.
    Elsewhere,
}

impl SecretsManagerVault {
    /// Builds the vault of one secret, whose `name` is that of the secret at AWS; `values` are the secrets that the settings
    /// refer to.
    pub fn new(settings: &VaultSettings, name: &str, values: &[SecretValue]) -> Result<Self, BuildError> {
        let server = Server::new(settings.reach(), Way::new(settings.own(), values)?)?;
        let (field, old_versions) = (settings.field.clone(), settings.old_versions);
        Ok(Self { server, name: name.to_owned(), field, old_versions, traits: traits(settings)? })
    }

    fn about(&self, action: &'static str, more: serde_json::Value) -> Asked {
        let mut body = json!({ "SecretId": self.name });
        if let (Some(body), serde_json::Value::Object(more)) = (body.as_object_mut(), more) {
            body.extend(more);
        }
        Asked::new(action, body.to_string().into_bytes())
    }

    /// What is told of it; none where there is no such secret.
    async fn described(&self, errand: &Errand) -> Called<Option<Versions>> {
        let asked = self.about("DescribeSecret", json!({}));
        let answer = self.server.ask(errand, &asked).await?;
        match answer.said() {
            Some(Said::Gone) => Ok(None),
            Some(_) => Err(self.refusal(&asked, &answer)),
            None => {
                let unclear = |error| crate::web::outcome::of_answer(&self.server.line(&asked), error);
                serde_json::from_slice(&answer.body).map(Some).map_err(unclear)
            }
        }
    }

    /// The versions, of a secret that is made where there is none. It has no version then, which nobody can read.
    async fn versions(&self, errand: &Errand) -> Called<Versions> {
        if let Some(versions) = self.described(errand).await? {
            return if versions.is_deleted() { Err(self.deleted()) } else { Ok(versions) };
        }
        if self.name.starts_with("arn:") {
            let what = format!("{} is not there, and a secret is not made by its ARN", self.name);
            return Err(Fault::new(Blame::NotFound, Certainty::Refused, what));
        }
        let asked = Asked::new("CreateSecret", json!({ "Name": self.name }).to_string().into_bytes());
        let answer = self.server.ask(errand, &asked).await?;
        if !matches!(answer.said(), None | Some(Said::Exists)) {
            return Err(self.refusal(&asked, &answer));
        }
        Ok(self.described(errand).await?.unwrap_or_default())
    }

    /// One version; none where it is not there.
    async fn read(&self, errand: &Errand, which: serde_json::Value) -> Called<Option<Secret>> {
        let asked = self.about("GetSecretValue", which);
        let answer = self.server.ask(errand, &asked).await?;
        match answer.said() {
            Some(Said::Gone) => Ok(None),
            Some(_) => Err(self.refusal(&asked, &answer)),
            None => Ok(Some(Secret::of(self.server.line(&asked), answer.body))),
        }
    }

    async fn read_version(&self, errand: &Errand, id: &str) -> Called<Option<Secret>> {
        self.read(errand, json!({ "VersionId": id })).await
    }

    /// Puts the version beside the present one: nobody reads it yet.
    async fn put(&self, errand: &Errand, id: &str, text: &str) -> Called<()> {
        let put = Put {
            secret_id: &self.name,
            client_request_token: id,
            secret_string: text,
            version_stages: [PENDING.to_owned(), label(id)],
        };
        let body = serde_json::to_vec(&put).map_err(|_| unwritable("the value cannot be written as JSON"))?;
        self.done(errand, &Asked::new("PutSecretValue", body)).await
    }

    /// Moves AWSCURRENT, from where it was read.
    async fn promote(&self, errand: &Errand, from: Option<&str>, to: &str) -> Called<Moved> {
        let mut more = json!({ "VersionStage": CURRENT, "MoveToVersionId": to });
        if let Some(from) = from {
            more["RemoveFromVersionId"] = json!(from);
        }
        let asked = self.about("UpdateSecretVersionStage", more);
        let answer = self.server.ask(errand, &asked).await?;
        match answer.said() {
            None => Ok(Moved::Yes),
            Some(Said::Moved | Said::Gone) => Ok(Moved::Elsewhere),
            Some(_) => Err(self.refusal(&asked, &answer)),
        }
    }

    /// Takes a label off; one that is not there any more is success.
    async fn release(&self, errand: &Errand, id: &str, label: &str) -> Called<()> {
        let asked = self.about("UpdateSecretVersionStage", json!({ "VersionStage": label, "RemoveFromVersionId": id }));
        let answer = self.server.ask(errand, &asked).await?;
        match answer.said() {
            None | Some(Said::Moved | Said::Gone) => Ok(()),
            Some(_) => Err(self.refusal(&asked, &answer)),
        }
    }

    async fn done(&self, errand: &Errand, asked: &Asked) -> Called<()> {
        let answer = self.server.ask(errand, asked).await?;
        if answer.status.is_success() { Ok(()) } else { Err(self.refusal(asked, &answer)) }
    }

    /// The fault of an answer that is no success. A limit of a secret is not one of an issuer.
    fn refusal(&self, asked: &Asked, answer: &Answer) -> Fault {
        let fault = self.server.refusal(asked, answer);
        if fault.blame == Blame::Full { Fault { blame: Blame::Rejected, ..fault } } else { fault }
    }

    /// Takes labels off that the next version gets or that nobody needs: whether it comes through decides nothing, and the
    /// next write does it again.
    async fn clear(&self, errand: &Errand, versions: &Versions, of: Slot<'_>) {
        if let Some(done) = versions.with(PENDING).filter(|id| Some(*id) == versions.with(CURRENT)) {
            let _ = self.release(errand, done, PENDING).await;
        }
        for earlier in versions.spent(of) {
            let _ = self.release(errand, earlier, &label(earlier)).await;
        }
    }

    /// The text of a version that says this in its field, or is this.
    fn text(&self, present: Option<&Secret>, rendering: &SecretValue) -> Called<Zeroizing<String>> {
        #[expect(clippy::disallowed_methods, reason = "consumers read the value from AWS")]
        let text = str::from_utf8(rendering.expose()).map_err(|_| unwritable("the value is no text"))?;
        let written = match (&self.field, present) {
            (None, _) => Some(Zeroizing::new(text.to_owned())),
            (Some(field), None) => secret::single(field, text),
            (Some(field), Some(present)) => present.with(field, text)?,
        };
        written.ok_or_else(|| unwritable("what is there is no JSON object, so that it has no field to write"))
    }

    /// Whether what is there may be replaced.
    fn guard(&self, versions: &Versions, present: Option<&Secret>, replaces: Replaces<'_>) -> Called<()> {
        let Replaces::Ours(ours) = replaces else { return Ok(()) };
        if let Some(id) = versions.pending_of_others() {
            let what = format!(
                "{}: a rotation of somebody else is under way (version {id} is AWSPENDING), so it was not touched",
                self.name
            );
            return Err(Fault::new(Blame::Rejected, Certainty::Refused, what));
        }
        let value = present.map(|present| present.value(self.field())).transpose().map_err(Fault::unsent)?.flatten();
        if value.is_none_or(|value| ours(&value)) {
            return Ok(());
        }
        let what = format!("{} serves a value that keybaton did not write, so it was not overwritten", self.name);
        Err(Fault::new(Blame::Rejected, Certainty::Refused, what))
    }

    /// What became of a write that came second: it was this same publication that came first, or it is refused.
    async fn second(&self, errand: &Errand, id: &str) -> Called<()> {
        let versions = self.described(errand).await.map_err(Fault::after_refusal)?;
        if versions.is_some_and(|versions| versions.with(CURRENT) == Some(id)) {
            return Ok(());
        }
        let what = format!("{}: somebody wrote another version at the same time, which was not overwritten", self.name);
        Err(Fault::new(Blame::Rejected, Certainty::Refused, what))
    }

    fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    fn late(&self) -> Fault {
        Fault::new(Blame::Rejected, Certainty::Refused, format!("{}: a later write of ours came first", self.name))
    }

    fn deleted(&self) -> Fault {
        let what = format!("{} is scheduled for deletion: restore it, or give the setting another name", self.name);
        Fault::new(Blame::Rejected, Certainty::Refused, what)
    }
}

#[async_trait]
impl Vault for SecretsManagerVault {
    fn fencing(&self) -> Fencing {
        Fencing::Fenced
    }

    fn traits(&self) -> VaultTraits {
        self.traits
    }

    /// Looks, puts, and moves the label if it is still where it was. Until the last request nothing that anybody reads is
    /// touched, so whatever fails before it has sent nothing; the very first version alone is read from when it is put.
    async fn publish(&self, publication: Publication<'_>) -> Called<()> {
        let errand = self.server.begin();
        let of = publication.slot();
        let Publication { fence, version: number, .. } = publication;
        let id = Claim { fence, number }.id(of).ok_or_else(|| unwritable("its numbers are too long for AWS"))?;
        let versions = self.versions(&errand).await.map_err(Fault::unsent)?;
        if versions.newest(of).is_some_and(|newest| newest > fence) {
            return Err(self.late());
        }
        let from = versions.with(CURRENT);
        if from == Some(id.as_str()) {
            return Ok(());
        }
        let present = match from {
            Some(from) => self.read_version(&errand, from).await.map_err(Fault::unsent)?,
            None => None,
        };
        self.guard(&versions, present.as_ref(), publication.replaces)?;
        self.clear(&errand, &versions, of).await;
        if !versions.has(&id) {
            let text = self.text(present.as_ref(), publication.rendering).map_err(Fault::unsent)?;
            let put = self.put(&errand, &id, &text).await;
            put.map_err(|fault| if from.is_some() { fault.unsent() } else { fault })?;
        }
        match self.promote(&errand, from, &id).await? {
            Moved::Yes => Ok(()),
            Moved::Elsewhere => self.second(&errand, &id).await,
        }
    }

    /// Always the value itself: an id does not prove who wrote the version, and a fingerprint does.
    async fn served(&self, _: &SecretId) -> Called<Seen> {
        let errand = self.server.begin();
        let secret = self.read(&errand, json!({ "VersionStage": CURRENT })).await?;
        let value = secret.map(|secret| secret.value(self.field())).transpose()?.flatten();
        Ok(value.map_or(Seen::Nothing, Seen::Value))
    }

    fn archive(&self) -> Option<&dyn Archive> {
        Some(self)
    }

    fn tidying(&self) -> Option<&dyn Tidying> {
        match self.old_versions {
            OldVersions::Release => Some(self),
            OldVersions::Keep => None,
        }
    }
}

#[async_trait]
impl Archive for SecretsManagerVault {
    async fn version(&self, of: Slot<'_>, version: VersionNo) -> Called<Option<SecretValue>> {
        let errand = self.server.begin();
        let versions = self.described(&errand).await?.unwrap_or_default();
        for (id, _) in versions.ours(of).into_iter().rev().filter(|(_, claim)| claim.number == version) {
            if let Some(secret) = self.read_version(&errand, id).await? {
                return secret.value(self.field());
            }
        }
        Ok(None)
    }

    async fn versions(&self, of: Slot<'_>) -> Called<Vec<VersionNo>> {
        let errand = self.server.begin();
        let versions = self.described(&errand).await?.unwrap_or_default();
        let ours = versions.ours(of).into_iter();
        let labelled = ours.filter(|(id, _)| !versions.labels(id).is_empty());
        let mut numbers: Vec<_> = labelled.map(|(_, claim)| claim.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        Ok(numbers)
    }
}

#[async_trait]
impl Tidying for SecretsManagerVault {
    /// AWS destroys no version on demand: one without labels is read by nobody who asks for a label, and AWS deletes it.
    async fn tidy(&self, of: Slot<'_>, dead: Knows<'_>) -> Called<usize> {
        let errand = self.server.begin();
        let versions = self.described(&errand).await?.unwrap_or_default();
        let current = versions.with(CURRENT);
        let mut released = 0;
        for (id, _) in versions.ours(of) {
            if Some(id) == current || versions.labels(id).is_empty() {
                continue;
            }
            let Some(secret) = self.read_version(&errand, id).await? else { continue };
            let is_dead = secret.value(self.field())?.is_some_and(|value| dead(&value));
            if !is_dead || secret.has_more_than(self.field())? {
                continue;
            }
            for label in versions.labels(id) {
                self.release(&errand, id, label).await?;
            }
            released += 1;
        }
        Ok(released)
    }
}

/// Checks the times that the settings have.
pub(super) fn traits(settings: &VaultSettings) -> Result<VaultTraits, BuildError> {
    let quiescence = timing::quiescence(settings.timeout, settings.quiescence, "a write")?;
    Ok(VaultTraits { timeout: settings.timeout, quiescence })
}

/// The label that keeps a version of ours: AWS deletes versions that have none.
fn label(id: &str) -> String {
    format!("keybaton-{id}")
}

fn unwritable(what: &str) -> Fault {
    Fault::new(Blame::Rejected, Certainty::NotSent, what)
}
