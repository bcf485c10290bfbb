//! The vault: two fields of a Secret, applied for the version that was read and judged.

use async_trait::async_trait;
use keybaton_core::sheet::Fencing;
use keybaton_ports::{
    Archive, Blame, Called, Certainty, Fault, Knows, Publication, Replaces, Seen, Slot, Tidying, Vault, VaultTraits,
    Workloads,
};
use keybaton_seal::SecretValue;
use keybaton_types::{SecretId, VersionNo};
use serde_json::json;

use super::failure::{self, Conflict};
use super::mark::Mark;
use super::place::Place;
use super::secret::{Content, Read, Secret};
use super::server::{Asked, Errand, Server};
use super::settings::{OthersFields, Restart, VaultSettings};
use crate::build::BuildError;
use crate::timing;

/// Two fields of a Secret.
pub struct KubernetesVault {
    pub(super) server: Server,
    pub(super) place: Place,
    others: OthersFields,
    restart: Restart,
    traits: VaultTraits,
}

/// How a write ended that was answered.
enum Wrote {
    Yes,
    /// It was refused as things stand.
    Not(Conflict),
}

impl KubernetesVault {
    /// Builds the vault of one secret, whose `name` is that of the Secret; `value` is the token that the settings refer to.
    pub fn new(settings: &VaultSettings, name: &str, value: Option<SecretValue>) -> Result<Self, BuildError> {
        let place = Place::new(&settings.namespace, name, &settings.field, settings.previous.as_deref())?;
        let (server, traits) = (Server::new(settings, value)?, traits(settings)?);
        if settings.restart == Restart::Annotated {
            place.check_restart()?;
        }
        Ok(Self { server, place, others: settings.fields_of_others, restart: settings.restart, traits })
    }

    async fn read(&self, errand: &Errand) -> Called<Secret> {
        let path = self.place.secret();
        let asked = Asked::get(&path);
        Secret::of(&asked, self.server.ask(errand, &asked).await?)
    }

    /// The Secret as it is; one that is not there is made first, without a field.
    async fn found(&self, errand: &Errand) -> Called<Secret> {
        let secret = self.read(errand).await?;
        if secret.read()?.is_some() {
            return Ok(secret);
        }
        let body = json!({ "apiVersion": "v1", "kind": "Secret", "metadata": { "name": self.place.name() } });
        let path = self.place.secrets();
        let asked = Asked::create(&path, &self.place.manager(), body.to_string().into_bytes());
        let answer = self.server.ask(errand, &asked).await?;
        // Somebody who made it a moment ago was as good as there before.
        if failure::conflict(&answer).is_some() { self.read(errand).await } else { Secret::of(&asked, answer) }
    }

    async fn apply(&self, errand: &Errand, body: zeroize::Zeroizing<Vec<u8>>, take: OthersFields) -> Called<Wrote> {
        let (path, manager) = (self.place.secret(), self.place.manager());
        let asked = Asked::apply(&path, &manager, body);
        let asked = if take == OthersFields::Take { asked.forced() } else { asked };
        let answer = self.server.ask(errand, &asked).await?;
        if answer.status.is_success() {
            return Ok(Wrote::Yes);
        }
        failure::conflict(&answer).map(Wrote::Not).ok_or_else(|| failure::of_answer(&asked.line(), &answer))
    }

    /// What became of a write that was refused: it was this same publication that came first, somebody has written a value,
    /// or a field is somebody's.
    async fn second(&self, errand: &Errand, publication: &Publication<'_>, conflict: Conflict) -> Called<()> {
        let secret = self.read(errand).await.map_err(Fault::after_refusal)?;
        if let Some(read) = secret.read().map_err(Fault::after_refusal)? {
            if self.is_there(&read, publication)? {
                return Ok(());
            }
            self.guard(&read, publication.replaces)?;
        }
        let shown = self.place.shown();
        Err(match conflict {
            Conflict::Managed { field, manager } => Fault::new(
                Blame::Rejected,
                Certainty::NotSent,
                format!(
                    "the field {field} of {shown} belongs to the field manager {manager}, so it was not overwritten: take it \
                     out of what that one applies, or set `fields_of_others = \"take\"`"
                ),
            ),
            Conflict::Moved => Fault::new(
                Blame::Rejected,
                Certainty::Refused,
                format!("{shown}: somebody changed or deleted the Secret at the same time, which was not overwritten"),
            ),
        })
    }

    /// Whether what is there was written by this very operation.
    fn is_there(&self, read: &Read<'_>, publication: &Publication<'_>) -> Called<bool> {
        let mark = read.mark(&self.place, publication.slot());
        let is_ours = mark.is_some_and(|mark| mark.fence == publication.fence);
        let value = read.value(self.place.field()).map_err(Fault::unsent)?;
        let is_same = value.is_some_and(|value| same(&value, publication.rendering));
        Ok(is_ours && is_same && read.is_applied(&self.place, self.place.field()))
    }

    /// Whether what is there may be replaced.
    fn guard(&self, read: &Read<'_>, replaces: Replaces<'_>) -> Called<()> {
        let Replaces::Ours(ours) = replaces else { return Ok(()) };
        match read.value(self.place.field()).map_err(Fault::unsent)? {
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

    /// What the two fields shall hold after a publication: what is replaced stays as the value before.
    fn body(&self, read: &Read<'_>, publication: &Publication<'_>) -> Called<zeroize::Zeroizing<Vec<u8>>> {
        let of = publication.slot();
        let mark = read.mark(&self.place, of);
        let present = read.value(self.place.field()).map_err(Fault::unsent)?;
        let is_new = present.as_ref().is_none_or(|present| !same(present, publication.rendering));
        let ours = |field: &str| mark.filter(|_| read.is_applied(&self.place, field));
        let (previous, before) = if is_new {
            (present, ours(self.place.field()).map(|mark| mark.number))
        } else {
            let kept = ours(self.place.previous());
            let kept_value = match kept {
                Some(_) => read.value(self.place.previous()).map_err(Fault::unsent)?,
                None => None,
            };
            (kept_value, kept.and_then(|mark| mark.before))
        };
        let mark = Mark { fence: publication.fence, number: publication.version, before };
        read.with(&self.place, of, &Content { value: publication.rendering, previous: previous.as_ref(), mark })
    }

    fn unchangeable(&self) -> Fault {
        let what = format!(
            "{} is immutable, so nothing in it can be replaced: delete it, and keybaton makes it anew",
            self.place.shown()
        );
        Fault::new(Blame::Rejected, Certainty::NotSent, what)
    }
}

#[async_trait]
impl Vault for KubernetesVault {
    fn fencing(&self) -> Fencing {
        Fencing::Fenced
    }

    fn traits(&self) -> VaultTraits {
        self.traits
    }

    /// Reads, and applies if the object is still the one that was read. Until the last request nothing that anybody reads
    /// is touched, so whatever fails before it has sent nothing.
    async fn publish(&self, publication: Publication<'_>) -> Called<()> {
        let errand = self.server.begin();
        let secret = self.found(&errand).await.map_err(Fault::unsent)?;
        let Some(read) = secret.read().map_err(Fault::unsent)? else {
            let what = format!("{}: somebody deleted it at the same time", self.place.shown());
            return Err(Fault::new(Blame::Transient, Certainty::NotSent, what));
        };
        let mark = read.mark(&self.place, publication.slot());
        if mark.is_some_and(|mark| mark.fence > publication.fence) {
            let what = format!("{}: a later write of ours came first", self.place.shown());
            return Err(Fault::new(Blame::Rejected, Certainty::Refused, what));
        }
        if self.is_there(&read, &publication)? {
            return Ok(());
        }
        self.guard(&read, publication.replaces)?;
        if read.is_immutable() {
            return Err(self.unchangeable());
        }
        let take = match publication.replaces {
            Replaces::Anything => OthersFields::Take,
            Replaces::Ours(_) => self.others,
        };
        match self.apply(&errand, self.body(&read, &publication)?, take).await? {
            Wrote::Yes => Ok(()),
            Wrote::Not(conflict) => self.second(&errand, &publication, conflict).await,
        }
    }

    /// Always the value itself: an annotation does not prove who wrote the field, and a fingerprint does.
    async fn served(&self, _: &SecretId) -> Called<Seen> {
        let errand = self.server.begin();
        let secret = self.read(&errand).await?;
        let Some(read) = secret.read()? else { return Ok(Seen::Nothing) };
        Ok(read.value(self.place.field())?.map_or(Seen::Nothing, Seen::Value))
    }

    fn archive(&self) -> Option<&dyn Archive> {
        Some(self)
    }

    fn tidying(&self) -> Option<&dyn Tidying> {
        Some(self)
    }

    fn workloads(&self) -> Option<&dyn Workloads> {
        match self.restart {
            Restart::Never => None,
            Restart::Annotated => Some(self),
        }
    }
}

#[async_trait]
impl Archive for KubernetesVault {
    async fn version(&self, of: Slot<'_>, version: VersionNo) -> Called<Option<SecretValue>> {
        let errand = self.server.begin();
        let secret = self.read(&errand).await?;
        let Some(read) = secret.read()? else { return Ok(None) };
        let found = kept(&read, &self.place, of).into_iter().find(|(number, _)| *number == version);
        found.map_or(Ok(None), |(_, field)| read.value(field))
    }

    async fn versions(&self, of: Slot<'_>) -> Called<Vec<VersionNo>> {
        let errand = self.server.begin();
        let secret = self.read(&errand).await?;
        let Some(read) = secret.read()? else { return Ok(Vec::new()) };
        let mut numbers = Vec::new();
        for (number, field) in kept(&read, &self.place, of) {
            numbers.extend(read.value(field)?.map(|_| number));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }
}

#[async_trait]
impl Tidying for KubernetesVault {
    /// Takes the value before out of the Secret, if it is dead and we have put it there.
    async fn tidy(&self, of: Slot<'_>, dead: Knows<'_>) -> Called<usize> {
        let errand = self.server.begin();
        let secret = self.read(&errand).await?;
        let Some(read) = secret.read()? else { return Ok(0) };
        let applied = |field: &str| read.is_applied(&self.place, field);
        let Some(mark) = read.mark(&self.place, of).filter(|_| applied(self.place.field())) else { return Ok(0) };
        let previous = read.value(self.place.previous())?.filter(|_| applied(self.place.previous()));
        let (Some(value), Some(previous)) = (read.value(self.place.field())?, previous) else { return Ok(0) };
        if !dead(&previous) {
            return Ok(0);
        }
        let content = Content { value: &value, previous: None, mark: Mark { before: None, ..mark } };
        match self.apply(&errand, read.with(&self.place, of, &content)?, OthersFields::Refuse).await? {
            Wrote::Yes => Ok(1),
            Wrote::Not(_) => {
                let what = format!("{}: somebody changed the Secret at the same time", self.place.shown());
                Err(Fault::new(Blame::Transient, Certainty::Refused, what))
            }
        }
    }
}

/// Checks the times that the settings have.
pub(super) fn traits(settings: &VaultSettings) -> Result<VaultTraits, BuildError> {
    let quiescence = timing::quiescence(settings.timeout, settings.quiescence, "a write")?;
    Ok(VaultTraits { timeout: settings.timeout, quiescence })
}

/// The numbers that are kept, each with its field.
fn kept<'a>(read: &Read<'_>, place: &'a Place, of: Slot<'_>) -> Vec<(VersionNo, &'a str)> {
    let Some(mark) = read.mark(place, of) else { return Vec::new() };
    let all = [(Some(mark.number), place.field()), (mark.before, place.previous())];
    let applied = all.into_iter().filter(|(_, field)| read.is_applied(place, field));
    applied.filter_map(|(number, field)| Some((number?, field))).collect()
}

fn same(one: &SecretValue, other: &SecretValue) -> bool {
    #[expect(clippy::disallowed_methods, reason = "what is there is compared with what is to be published")]
    let other = other.expose();
    one.is(other)
}
