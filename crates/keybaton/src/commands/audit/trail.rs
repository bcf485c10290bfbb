//! The evidence of one rotation, folded from the rows of its secret.

use keybaton_core::{
    answer::{Answer, Found, Life, Remains, Served, Verdict},
    civil::rfc3339,
    confirmed::Confirmed,
    ledger::Change,
    roster::Stand,
    rotation::{Cause, Effect, Event, Request, Rotation, State, Transition},
};
use keybaton_ports::AuditRow;
use keybaton_types::{
    RotationId, SecretId,
    document::{Trail, TrailInstance, TrailStep},
};
use serde::Deserialize;

/// What of a row is looked at.
#[derive(Deserialize)]
struct Body {
    actor: String,
    #[serde(default)]
    by: Option<String>,
    event: Option<Event>,
    #[serde(default)]
    confirmed: Vec<Confirmed>,
    transition: Option<Transition>,
}

/// Reads the rows of one secret, in their order, for one rotation.
pub(super) struct Reading {
    trail: Trail,
    id: RotationId,
    /// The rotation as the row before left it.
    last: Option<Rotation>,
}

impl Reading {
    pub(super) fn new(secret: &SecretId, id: RotationId) -> Self {
        let trail = Trail {
            schema: Trail::SCHEMA.to_owned(),
            rotation: id.name(secret),
            secret: secret.name().to_owned(),
            env: secret.env().to_owned(),
            asked_by: None,
            cause: String::new(),
            from: None,
            outcome: None,
            grade: None,
            steps: Vec::new(),
            instances: Vec::new(),
            refused_at: None,
        };
        Self { trail, id, last: None }
    }

    /// What was read, if the rotation was found.
    pub(super) fn done(self) -> Option<Trail> {
        self.last.map(|_| self.trail)
    }

    /// Reads the next row; one of another rotation, or none that this keybaton knows, says nothing.
    pub(super) fn read(&mut self, row: &AuditRow) {
        let Ok(body) = serde_json::from_str::<Body>(&row.body) else { return };
        let Some(transition) = &body.transition else { return };
        let Some(rotation) = transition.rotation.as_ref().filter(|rotation| rotation.id == self.id) else { return };
        if self.last.is_none() {
            self.begin(&body, rotation);
        }
        for what in self.told(&body, rotation, transition) {
            let (at, actor, by) = (rfc3339(row.at), body.actor.clone(), body.by.clone());
            self.trail.steps.push(TrailStep { no: row.no, at, actor, by, what });
        }
        self.trail.instances.extend(body.confirmed.iter().map(|known| instance(row.no, known)));
        if self.trail.refused_at.is_none() && is_refusal(&body) {
            self.trail.refused_at = Some(rfc3339(row.at));
        }
        self.trail.grade = rotation.grade;
        if let State::Ended(outcome) = rotation.state {
            self.trail.outcome = Some(outcome);
        }
        self.last = Some(rotation.clone());
    }

    fn begin(&mut self, body: &Body, rotation: &Rotation) {
        self.trail.asked_by.clone_from(&body.by);
        self.trail.from = rotation.from.map(|no| no.0);
        let cause = match rotation.cause {
            Cause::Schedule => "schedule",
            Cause::Asked => "asked",
            Cause::Leaked => "leaked",
        };
        cause.clone_into(&mut self.trail.cause);
    }

    /// What a row says, in words: how the last operation ended, what a person asked, what became of credentials.
    fn told(&self, body: &Body, rotation: &Rotation, transition: &Transition) -> Vec<String> {
        let mut told = Vec::new();
        let pending = self.last.as_ref().and_then(|last| last.pending.as_ref()).map(|pending| &pending.effect);
        match &body.event {
            Some(Event::Started) => told.push("begun".to_owned()),
            Some(Event::Answered { answer, .. }) => told.extend(pending.map(|effect| ended(effect, answer))),
            Some(Event::Recovered(_)) => told.push("taken up again; how the last call ended is not known".to_owned()),
            Some(Event::Asked(request)) => told.push(asked(*request).to_owned()),
            Some(Event::Woke) | None => {}
        }
        for change in &transition.changes {
            told.extend(changed(change));
        }
        let hold = rotation.hold.as_ref().map(|hold| hold.reason.to_string());
        let before = self.last.as_ref().and_then(|last| last.hold.as_ref()).map(|hold| hold.reason.to_string());
        told.extend(hold.filter(|hold| Some(hold) != before.as_ref()).map(|hold| format!("held: {hold}")));
        if let State::Ended(outcome) = rotation.state {
            told.push(format!("ended: {outcome}"));
        }
        told
    }
}

/// Whether the row says that the condemned credential is refused.
fn is_refusal(body: &Body) -> bool {
    matches!(
        &body.event,
        Some(Event::Answered { answer: Answer::Done(Found::Examined(Remains { verdict: Verdict::Refused, .. })), .. })
    )
}

fn asked(request: Request) -> &'static str {
    match request {
        Request::Rollback => "a rollback was asked for",
        Request::Force => "the end of the overlap was asked for",
        Request::Resume => "going on was asked for",
        Request::Hasten => "it was made an emergency",
    }
}

fn changed(change: &Change) -> Option<String> {
    match change {
        Change::Credential(credential) if credential.condemned => {
            Some(format!("key {} is condemned: nobody may use it again", credential.no))
        }
        Change::Current(no) => Some(format!("consumers get version {no}")),
        Change::Raise(alert) => Some(format!("alert: {}", alert.what)),
        Change::Credential(_) | Change::Version(_) | Change::Base(_) | Change::Resolve(_) | Change::Trusted => None,
    }
}

fn ended(effect: &Effect, answer: &Answer) -> String {
    let what = match effect {
        Effect::List => "the issuer's list".to_owned(),
        Effect::Create { credential, .. } => format!("making key {credential}"),
        Effect::Sweep { id } => format!("destroying the orphan {id}"),
        Effect::Probe { credential } => format!("the probe of key {credential}"),
        Effect::Publish { credential, version } => format!("publishing key {credential} as version {version}"),
        Effect::ReadBack => "reading the vault back".to_owned(),
        Effect::Disable { credential } => format!("switching key {credential} off"),
        Effect::Enable { credential } => format!("switching key {credential} on"),
        Effect::Destroy { credential } => format!("destroying key {credential}"),
        Effect::EndSessions { credential } => format!("ending the sessions of key {credential}"),
        Effect::Examine { credential } => format!("looking at what is left of key {credential}"),
    };
    let how = match answer {
        Answer::Done(found) => came(found),
        Answer::NotSent(why) => format!("was not sent: {}", why.what),
        Answer::Refused(why) => format!("was refused: {}", why.what),
        Answer::Unknown(why) => format!("has an end that nobody knows: {}", why.what),
    };
    format!("{what} {how}")
}

fn came(found: &Found) -> String {
    match found {
        Found::Nothing => "was done".to_owned(),
        Found::Listed(entries) => format!("has {} entries", entries.len()),
        Found::Created(id) => format!("was done: {id}"),
        Found::Probed(verdict) => verdict_word(*verdict).to_owned(),
        Found::Served(Served::Ours(version)) => format!("shows version {version}"),
        Found::Served(Served::Foreign) => "shows what keybaton did not write".to_owned(),
        Found::Served(Served::Nothing) => "shows nothing".to_owned(),
        Found::Examined(remains) => {
            let listed = match remains.listed {
                Some(Life::Gone) => "it is not listed any more",
                Some(Life::Off) => "it is listed, switched off",
                Some(Life::On) => "it is still listed",
                None => "there is no list",
            };
            format!("{}; {listed}", verdict_word(remains.verdict))
        }
    }
}

fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted => "was accepted",
        Verdict::Refused => "was refused",
        Verdict::Inconclusive => "got no clear answer",
    }
}

fn instance(no: u64, known: &Confirmed) -> TrailInstance {
    let (stand, grade) = match known.stand {
        Stand::Clear(grade) => ("clear", Some(grade)),
        Stand::Old(_) => ("old", None),
        Stand::Leased(_) => ("leased", None),
        Stand::Unknown(_) => ("unknown", None),
    };
    let by = known.seen.and_then(|seen| serde_json::to_value(seen).ok()?.as_str().map(str::to_owned));
    TrailInstance {
        no,
        consumer: known.consumer.clone(),
        instance: known.instance.clone(),
        stand: stand.to_owned(),
        grade,
        by,
        at: known.at.map(rfc3339),
    }
}
