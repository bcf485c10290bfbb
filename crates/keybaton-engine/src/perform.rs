//! Performs one effect: calls the port and classifies what came back. No retry, no decision.

use std::time::Duration;

use keybaton_core::{
    answer::{Answer, Blame, Found, Life, Listed, Remains, Served, Verdict, Why},
    ledger::{Credential, Ledger},
    rotation::{Effect, Operation},
    sheet::{Chooser, Fencing},
};
use keybaton_ports::{
    Attachment, Called, Certainty, Create, Fault, Fence, Home, Presented, Publication, Replaces, Seen, Sessions, Slot,
    Switching,
};
use keybaton_seal::SecretValue;
use keybaton_types::{CredentialNo, Epoch, IssuedId, Label};

use crate::{Charge, Error, prints::Prints, safe::Safe, synthetic::Synthetic};

/// How an effect ended, and the sealed value that came with it.
pub(crate) struct Performed {
    pub(crate) answer: Answer,
    pub(crate) attached: Option<Attachment>,
}

impl From<Answer> for Performed {
    fn from(answer: Answer) -> Self {
        Self { answer, attached: None }
    }
}

/// Calls the far services of one secret.
pub(crate) struct Performer<'a> {
    pub(crate) charge: &'a Charge,
    pub(crate) safe: &'a Safe,
    pub(crate) ledger: &'a Ledger,
    pub(crate) epoch: Epoch,
}

impl Performer<'_> {
    /// Performs one operation with the time that is left until its deadline: it is not started after it, and dropped at
    /// it, because R9 counts from there. What only reads can't land late.
    pub(crate) async fn perform(&self, operation: &Operation, left: Duration) -> Performed {
        if left.is_zero() {
            let late = Fault::new(Blame::Transient, Certainty::NotSent, "its time was over before it could be sent");
            return late.answer().into();
        }
        let limit = if operation.effect.is_read() { self.patience() } else { left };
        match tokio::time::timeout(limit, self.call(operation)).await {
            Ok(Ok(performed)) => performed,
            Ok(Err(error)) => unsent(&error).into(),
            Err(_) => Fault::unknown("no answer in time").answer().into(),
        }
    }

    /// The longest time of a few reads in a row; each keeps to the connector's own limit too.
    pub(crate) fn patience(&self) -> Duration {
        self.charge.sheet().timeout * 2
    }

    async fn call(&self, operation: &Operation) -> Result<Performed, Error> {
        Ok(match &operation.effect {
            Effect::List => answer(self.labelled().await?, Found::Listed).into(),
            Effect::Create { label, credential } => return self.create(label, *credential).await,
            Effect::Sweep { id } => nothing(self.charge.issuer.destroy(id).await).into(),
            Effect::Probe { credential } => answer(self.probe(*credential).await?, Found::Probed).into(),
            Effect::Publish { credential, version } => {
                let fence = Fence { epoch: self.epoch, seq: operation.seq };
                self.publish(*credential, *version, fence).await?.into()
            }
            Effect::ReadBack => answer(self.served().await?, Found::Served).into(),
            Effect::Disable { credential } => {
                nothing(self.switch(*credential, |s, id| Box::pin(s.disable(id))).await).into()
            }
            Effect::Enable { credential } => {
                nothing(self.switch(*credential, |s, id| Box::pin(s.enable(id))).await).into()
            }
            Effect::Destroy { credential } => match self.issued(*credential) {
                Ok(id) => nothing(self.charge.issuer.destroy(id).await).into(),
                Err(fault) => fault.answer().into(),
            },
            Effect::EndSessions { credential } => nothing(self.end_sessions(*credential).await).into(),
            Effect::Examine { credential } => answer(self.examine(*credential).await?, Found::Examined).into(),
        })
    }

    pub(crate) async fn list(&self) -> Called<Vec<Listed>> {
        match self.charge.issuer.listing() {
            Some(listing) => listing.list().await,
            None => Err(lacks("a list")),
        }
    }

    /// The list, in which what we drew and never got an id for carries its label, also where the issuer keeps none:
    /// there it is recognised by its value.
    async fn labelled(&self) -> Result<Called<Vec<Listed>>, Error> {
        let mut entries = match self.list().await {
            Ok(entries) => entries,
            Err(fault) => return Ok(Err(fault)),
        };
        let Some(port) = self.charge.issuer.recognising() else { return Ok(Ok(entries)) };
        for drawn in self.ledger.credentials.iter().filter(|credential| credential.issued.is_none()) {
            let Some(value) = self.value(drawn.no).await? else { continue };
            let found = match port.recognise(&value).await {
                Ok(found) => found,
                Err(fault) => return Ok(Err(fault)),
            };
            let unlabelled = |entry: &&mut Listed| entry.label.is_none() && Some(&entry.id) == found.as_ref();
            if let Some(entry) = entries.iter_mut().find(unlabelled) {
                entry.label = drawn.label.as_ref().map(|label| label.0.clone());
            }
        }
        Ok(Ok(entries))
    }

    /// Makes a credential. The value that comes back is sealed before anybody else sees it.
    async fn create(&self, label: &Label, credential: CredentialNo) -> Result<Performed, Error> {
        let drawn = match self.charge.issuer.traits().chooser {
            Chooser::Us => self.safe.value(&self.charge.secret, credential).await?,
            Chooser::Issuer => None,
            Chooser::Person(_) => return self.take(label, credential).await,
        };
        let taken = self.taken(credential);
        let secret = &self.charge.secret;
        let made = match self.charge.issuer.create(Create { secret, label, value: drawn.as_ref(), taken: &taken }).await
        {
            Ok(made) => made,
            Err(fault) => return Ok(fault.answer().into()),
        };
        let Some(value) = made.value.or(drawn) else {
            return Ok(Fault::unknown("the issuer made a credential and told no value").answer().into());
        };
        let rendering = match Safe::render(self.charge.render.as_ref(), &made.id, &value) {
            Ok(rendering) => rendering,
            Err(fault) => return Ok(Fault { certainty: Certainty::Unknown, ..fault }.answer().into()),
        };
        Ok(match self.safe.seal(secret, credential, &value, rendering.as_ref()) {
            Ok(attached) => Performed { answer: Answer::Done(Found::Created(made.id)), attached: Some(attached) },
            Err(error) => Answer::Unknown(why(Blame::Bug, &error)).into(),
        })
    }

    /// Takes the key that a person has handed over for exactly this credential. Where there is none, the connector says
    /// what a person has to do: nothing is sent.
    async fn take(&self, label: &Label, credential: CredentialNo) -> Result<Performed, Error> {
        let secret = &self.charge.secret;
        let Some(handed) = self.safe.store.handed(secret, credential).await? else {
            let asked = self.charge.issuer.create(Create { secret, label, value: None, taken: &[] }).await;
            let made = || Fault::new(Blame::Bug, Certainty::NotSent, "the connector made what only a person makes");
            return Ok(asked.map_or_else(|fault| fault, |_| made()).answer().into());
        };
        // What was sealed for another credential does not open, and is not taken.
        self.safe.verify(secret, &handed.attached)?;
        Ok(Performed { answer: Answer::Done(Found::Created(handed.issued)), attached: Some(handed.attached) })
    }

    /// Ids that must not be used again yet: every one that is alive, or whose end is not confirmed (R10).
    fn taken(&self, but: CredentialNo) -> Vec<IssuedId> {
        self.ledger.live().filter(|c| c.no != but).filter_map(|c| c.issued.clone()).collect()
    }

    pub(crate) async fn probe(&self, credential: CredentialNo) -> Result<Called<Verdict>, Error> {
        let id = match self.issued(credential) {
            Ok(id) => id,
            Err(fault) => return Ok(Err(fault)),
        };
        let Some(value) = self.value(credential).await? else { return Ok(Err(no_value())) };
        let presented = Presented { secret: &self.charge.secret, id, value: &value };
        Ok(self.charge.probe.probe(presented).await)
    }

    async fn publish(
        &self,
        credential: CredentialNo,
        version: keybaton_types::VersionNo,
        fence: Fence,
    ) -> Result<Answer, Error> {
        let Some(rendering) = self.safe.rendering(&self.charge.secret, credential).await? else {
            return Ok(no_value().answer());
        };
        if let Some(fault) = self.obstacle().await? {
            return Ok(fault.answer());
        }
        let Slot { installation, secret } = self.slot();
        // A vault in the ledger is written by us alone: nothing there has to be recognised.
        let known = match self.charge.vault.home() {
            Home::Ledger => Prints::default(),
            Home::Elsewhere => Prints::of_all(self.safe, secret, self.ledger).await?,
        };
        let ours = |value: &SecretValue| known.have(&self.safe.keyring, value);
        let replaces = Replaces::Ours(&ours);
        let publication =
            Publication { secret, version, credential, rendering: &rendering, fence, installation, replaces };
        Ok(nothing(self.charge.vault.publish(publication).await))
    }

    /// Whose versions those of the vault are.
    pub(crate) fn slot(&self) -> Slot<'_> {
        Slot { installation: self.safe.store.installation(), secret: &self.charge.secret }
    }

    /// What is in the way of a write into a vault that takes every one: a value that is not ours may be the only copy of
    /// somebody's. Nothing was written then; core reads it back, and decides (R9).
    async fn obstacle(&self) -> Result<Option<Fault>, Error> {
        if self.charge.vault.fencing() == Fencing::Fenced {
            return Ok(None);
        }
        Ok(match self.served().await? {
            Ok(Served::Ours(_) | Served::Nothing) => None,
            Ok(Served::Foreign) => {
                let what = "the vault serves a value that keybaton did not write, so it was not overwritten";
                Some(Fault::new(Blame::Rejected, Certainty::Refused, what))
            }
            Err(fault) => Some(Fault { certainty: Certainty::NotSent, ..fault }),
        })
    }

    /// What the vault serves: a value without a number of ours is recognised by its fingerprint.
    pub(crate) async fn served(&self) -> Result<Called<Served>, Error> {
        let value = match self.charge.vault.served(&self.charge.secret).await {
            Ok(Seen::Version(version)) => return Ok(Ok(Served::Ours(version))),
            Ok(Seen::Nothing) => return Ok(Ok(Served::Nothing)),
            Ok(Seen::Value(value)) => value,
            Err(fault) => return Ok(Err(fault)),
        };
        let ours = self.synthetic().recognised(&value).await?;
        Ok(Ok(ours.map_or(Served::Foreign, |(version, _)| Served::Ours(version))))
    }

    /// Reads as consumers do.
    pub(crate) fn synthetic(&self) -> Synthetic<'_> {
        Synthetic { charge: self.charge, safe: self.safe, ledger: self.ledger }
    }

    async fn switch<'a, F>(&'a self, credential: CredentialNo, call: F) -> Called<()>
    where
        F: FnOnce(&'a dyn Switching, &'a IssuedId) -> std::pin::Pin<Box<dyn Future<Output = Called<()>> + Send + 'a>>,
    {
        let id = self.issued(credential)?;
        match self.charge.issuer.switching() {
            Some(switching) => call(switching, id).await,
            None => Err(lacks("a switch")),
        }
    }

    async fn end_sessions(&self, credential: CredentialNo) -> Called<()> {
        let id = self.issued(credential)?;
        self.sessions()?.end(id).await
    }

    pub(crate) fn sessions(&self) -> Called<&dyn Sessions> {
        self.charge.issuer.sessions().ok_or_else(|| lacks("sessions"))
    }

    async fn examine(&self, credential: CredentialNo) -> Result<Called<Remains>, Error> {
        let listed = match self.life(credential).await {
            Ok(life) => life,
            Err(fault) => return Ok(Err(fault)),
        };
        let verdict = self.probe(credential).await?.unwrap_or(Verdict::Inconclusive);
        Ok(Ok(Remains { listed, verdict }))
    }

    /// Whether the issuer's list shows a credential alive; `None` where there is no list.
    pub(crate) async fn life(&self, credential: CredentialNo) -> Called<Option<Life>> {
        if self.charge.issuer.listing().is_none() {
            return Ok(None);
        }
        let entries = self.list().await?;
        let id = self.issued(credential)?;
        Ok(Some(match entries.iter().find(|entry| entry.id == *id) {
            None => Life::Gone,
            Some(Listed { enabled: Some(false), .. }) => Life::Off,
            Some(_) => Life::On,
        }))
    }

    pub(crate) fn issued(&self, credential: CredentialNo) -> Called<&IssuedId> {
        let issued = self.ledger.credential(credential).and_then(|Credential { issued, .. }| issued.as_ref());
        issued.ok_or_else(|| Fault::new(Blame::Bug, Certainty::NotSent, "the credential has no id at its issuer"))
    }

    async fn value(&self, credential: CredentialNo) -> Result<Option<SecretValue>, Error> {
        self.safe.value(&self.charge.secret, credential).await
    }
}

fn answer<T>(called: Called<T>, found: impl FnOnce(T) -> Found) -> Answer {
    match called {
        Ok(value) => Answer::Done(found(value)),
        Err(fault) => fault.answer(),
    }
}

fn nothing(called: Called<()>) -> Answer {
    answer(called, |()| Found::Nothing)
}

fn lacks(what: &str) -> Fault {
    Fault::new(Blame::Unsupported, Certainty::NotSent, format!("the issuer has no {what}"))
}

fn no_value() -> Fault {
    Fault::new(Blame::Bug, Certainty::NotSent, "the ledger keeps no value of the credential")
}

/// An error of our own comes before the call, when a value is read and opened: nothing was sent.
fn unsent(error: &Error) -> Answer {
    Answer::NotSent(why(Blame::Transient, error))
}

fn why(blame: Blame, error: &Error) -> Why {
    let causes: Vec<String> = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source())
        .map(ToString::to_string)
        .collect();
    Why::new(blame, causes.join(": "))
}
