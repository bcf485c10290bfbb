//! Minting: B is made. The list is read first: for room, for orphans of ours, for the result of a lost create.

use keybaton_types::{CredentialNo, IssuedId, Label, OpSeq, Outcome};

use super::{Input, misfit};
use crate::{
    answer::{Answer, Blame, Found, Listed},
    ledger::{AlertKind, Change, Credential, Far, Origin, Seen, Stage},
    policy::Until,
    rotation::{Aim, Effect, HoldReason, Mint, Operation, Refused, Request, State, Transition, Way, pace, turn::Turn},
    sheet::Chooser,
};

pub(in crate::rotation) fn on(turn: Turn<'_>, mint: Mint, input: Input) -> Result<Transition, Refused> {
    match input {
        Input::Begin => begin(turn),
        Input::Woke => Ok(look(turn, mint.aim())),
        Input::Asked(Request::Rollback) => Ok(leave(turn)),
        Input::Asked(_) => Err(Refused::NothingToForce),
        Input::Answer { operation, answer } => Ok(match mint {
            Mint::Looking(aim) => looked(turn, aim, answer),
            Mint::Creating => created(turn, &operation, answer),
            Mint::Sweeping(aim) => swept(turn, aim, &operation, answer),
            Mint::Emptying => emptied(turn, &operation, answer),
        }),
    }
}

impl Mint {
    fn aim(self) -> Aim {
        match self {
            Self::Looking(aim) | Self::Sweeping(aim) => aim,
            Self::Creating => Aim::Create,
            Self::Emptying => Aim::Leave,
        }
    }
}

/// Refuses what can never end well before anything is made.
fn begin(mut turn: Turn<'_>) -> Result<Transition, Refused> {
    if turn.is_restored() {
        return Err(Refused::Restored);
    }
    let by_evidence = turn.facts.policy.overlap.until == Until::AllConsumers && turn.rotation.old.is_some();
    let seen = turn.facts.sightings.iter().any(|s| !matches!(s.seen, Seen::Forgotten | Seen::Revealed));
    let somebody = !turn.facts.policy.consumers.is_empty() || seen;
    if by_evidence && !somebody && !turn.is_emergency() {
        return Err(Refused::NoConsumers);
    }
    turn.resolve(AlertKind::CutOff);
    Ok(look(turn, Aim::Create))
}

/// Gives up before anything was made; an errand is not waited for any more.
fn leave(mut turn: Turn<'_>) -> Transition {
    if turn.is_on_errand() {
        turn.rotation.times.wake = None;
        turn.release();
    }
    look(turn, Aim::Leave)
}

/// Reads the list, where there is one; without it there is nothing to look at but the clock.
fn look(mut turn: Turn<'_>, aim: Aim) -> Transition {
    turn.rotation.state = State::Minting(Mint::Looking(aim));
    if let Some(at) = turn.pausing() {
        return turn.idle(Some(at));
    }
    if turn.facts.sheet.listing.has() {
        return turn.perform(Effect::List);
    }
    settle(turn, aim)
}

fn looked(turn: Turn<'_>, aim: Aim, answer: Answer) -> Transition {
    match answer {
        Answer::Done(Found::Listed(entries)) => listed(turn, aim, &entries),
        Answer::Done(_) => turn.retry(misfit()),
        Answer::NotSent(why) | Answer::Refused(why) | Answer::Unknown(why) => turn.retry(why),
    }
}

fn listed(mut turn: Turn<'_>, aim: Aim, entries: &[Listed]) -> Transition {
    if aim == Aim::Create
        && let Some(other) = entries.iter().find_map(|entry| foreign(&turn, entry))
    {
        return turn.hold(HoldReason::ForeignInstallation(other));
    }
    if let Some(orphan) = entries.iter().find(|entry| is_orphan(&turn, aim, entry)) {
        let id = orphan.id.clone();
        turn.rotation.state = State::Minting(Mint::Sweeping(aim));
        return turn.perform(Effect::Sweep { id });
    }
    if let Some(lost) = entries.iter().find(|entry| is_lost(&turn, entry))
        && !turn.is_raised(AlertKind::PossibleOrphan)
    {
        let what =
            format!("{} is alive and was made in a time that this state database lost; look who uses it", lost.id);
        turn.alert(AlertKind::PossibleOrphan, what);
    }
    if aim == Aim::Create && turn.landing().is_none() && is_full(&turn, entries) {
        return turn.hold(HoldReason::SlotsFull(entries.iter().map(|e| e.id.clone()).collect()));
    }
    settle(turn, aim)
}

/// Goes on once no earlier create can land any more (R9).
fn settle(mut turn: Turn<'_>, aim: Aim) -> Transition {
    if let Some(at) = turn.landing() {
        turn.rotation.state = State::Minting(Mint::Looking(aim));
        return turn.wait(at);
    }
    if turn.rotation.times.landing.take().is_some() && !turn.facts.sheet.listing.has() {
        turn.alert(AlertKind::PossibleOrphan, "a create was lost and the issuer has no list: look for its label there");
    }
    match aim {
        Aim::Create => create(turn),
        Aim::Leave => empty(turn),
    }
}

/// Ends without a new key, once it is known that no person has handed one over meanwhile.
fn empty(mut turn: Turn<'_>) -> Transition {
    let reserved = turn.credential(turn.rotation.new).filter(|_| turn.facts.sheet.chooser.errand().is_some());
    match reserved.and_then(|row| Some((row.no, row.label?))) {
        Some((credential, label)) => {
            turn.rotation.state = State::Minting(Mint::Emptying);
            turn.perform(Effect::Create { label, credential })
        }
        None => turn.end(Outcome::RolledBack),
    }
}

/// A key that was handed over too late is condemned before anybody gets it: a person deletes it again.
fn emptied(mut turn: Turn<'_>, operation: &Operation, answer: Answer) -> Transition {
    let Effect::Create { label, credential } = &operation.effect else { return turn.retry(misfit()) };
    match answer {
        Answer::Done(Found::Created(id)) => {
            born(&mut turn, *credential, id, label);
            super::revoking::condemn(turn, Way::Back)
        }
        Answer::NotSent(why) if why.blame == Blame::Person => turn.end(Outcome::RolledBack),
        Answer::Done(_) | Answer::Unknown(_) => again(turn, Aim::Leave),
        Answer::NotSent(why) | Answer::Refused(why) => turn.retry(why),
    }
}

fn create(mut turn: Turn<'_>) -> Transition {
    if !turn.is_on_errand() {
        turn.release();
    }
    let chooser = turn.facts.sheet.chooser;
    let (credential, label) = match turn.credential(turn.rotation.new) {
        Some(reserved) if chooser.is_reserved() => (reserved.no, reserved.label),
        _ => (turn.facts.ledger.next_credential(), None),
    };
    let label =
        label.unwrap_or_else(|| Label::new(turn.facts.installation, turn.facts.secret, turn.facts.ledger.next_op));
    if chooser.is_reserved() && turn.rotation.new.is_none() {
        turn.change(Change::Credential(newborn(&turn, credential, None, &label, Far::Unborn)));
        turn.rotation.new = Some(credential);
        turn.rotation.times.since = chooser.errand().map(|_| turn.now());
    }
    turn.rotation.state = State::Minting(Mint::Creating);
    turn.perform(Effect::Create { label, credential })
}

fn created(mut turn: Turn<'_>, operation: &Operation, answer: Answer) -> Transition {
    let Effect::Create { label, credential } = &operation.effect else { return turn.retry(misfit()) };
    match answer {
        Answer::Done(Found::Created(id)) => {
            born(&mut turn, *credential, id, label);
            turn.rotation.times.since = Some(turn.now());
            turn.perform(Effect::Probe { credential: *credential })
        }
        Answer::NotSent(why) if why.blame == Blame::Person => {
            turn.rotation.state = State::Minting(Mint::Looking(Aim::Create));
            turn.errand(HoldReason::AwaitsKey(why.what), None)
        }
        // Whether a key was handed over is read here, not there: nothing can land late.
        Answer::Unknown(_) if turn.facts.sheet.chooser.errand().is_some() => again(turn, Aim::Create),
        Answer::Done(_) | Answer::Unknown(_) => lost(turn, operation),
        Answer::Refused(why) if why.blame == Blame::Full => turn.hold(HoldReason::SlotsFull(Vec::new())),
        Answer::NotSent(why) | Answer::Refused(why) => {
            turn.rotation.state = State::Minting(Mint::Looking(Aim::Create));
            turn.retry(why)
        }
    }
}

/// Nobody knows whether B was made: look at once, and again when it can't land any more. Where we chose the value, the
/// same call is repeated then.
fn lost(mut turn: Turn<'_>, operation: &Operation) -> Transition {
    turn.may_land(operation.lands_until);
    if turn.rotation.tries >= pace::PATIENCE {
        turn.park(HoldReason::Unreachable("nobody can tell whether a new key was made".to_owned()));
    }
    again(turn, Aim::Create)
}

/// Looks again, at once the first time and then ever more slowly: what goes wrong may go on doing so.
fn again(mut turn: Turn<'_>, aim: Aim) -> Transition {
    turn.rotation.tries = turn.rotation.tries.saturating_add(1);
    if turn.rotation.tries > 1 {
        turn.rotation.times.wake = Some(turn.now() + pace::after(turn.rotation.tries - 2));
    }
    look(turn, aim)
}

fn swept(mut turn: Turn<'_>, aim: Aim, operation: &Operation, answer: Answer) -> Transition {
    match answer {
        Answer::Done(_) => again(turn, aim),
        Answer::NotSent(why) | Answer::Refused(why) => turn.retry(why),
        Answer::Unknown(why) => {
            turn.may_land(operation.lands_until);
            turn.retry(why)
        }
    }
}

/// B is there: its row gets the issuer's id, and it is proven next.
fn born(turn: &mut Turn<'_>, credential: CredentialNo, id: IssuedId, label: &Label) {
    let made = newborn(turn, credential, Some(id), label, Far::Active);
    turn.change(Change::Credential(made));
    turn.rotation.new = Some(credential);
    turn.advance(State::Proving { passes: 0, refusals: 0 });
}

fn newborn(turn: &Turn<'_>, no: CredentialNo, issued: Option<IssuedId>, label: &Label, far: Far) -> Credential {
    Credential {
        no,
        issued,
        label: Some(label.clone()),
        origin: origin(turn),
        stage: Stage::Pending,
        far,
        condemned: false,
        born: turn.now(),
    }
}

/// Who made it, and so who has seen its value.
fn origin(turn: &Turn<'_>) -> Origin {
    match turn.facts.sheet.chooser {
        Chooser::Issuer | Chooser::Us => Origin::Minted,
        Chooser::Person(_) => Origin::Handed,
    }
}

/// R8: only what carries this installation's label for this secret, and nothing that the ledger knows. What we drew
/// ourselves and are about to ask for again is none.
fn is_orphan(turn: &Turn<'_>, aim: Aim, entry: &Listed) -> bool {
    let Some(label) = entry.label.as_deref().filter(|label| is_swept(turn, label)) else { return false };
    let wanted = aim == Aim::Create && is_drawn(turn, label);
    !wanted && !turn.facts.ledger.knows(&entry.id, turn.facts.sheet.addressing)
}

/// Whether it carries our label and was made in a time that was lost.
fn is_lost(turn: &Turn<'_>, entry: &Listed) -> bool {
    let made = entry.label.as_deref().and_then(|label| made_by(turn, label));
    let early = made.is_some_and(|seq| seq < turn.facts.ledger.lost_until);
    early && !turn.facts.ledger.knows(&entry.id, turn.facts.sheet.addressing)
}

/// Whether this installation made it for this secret, and not in a time that a restored database knows nothing of.
fn is_swept(turn: &Turn<'_>, label: &str) -> bool {
    made_by(turn, label).is_some_and(|seq| seq >= turn.facts.ledger.lost_until)
}

/// Whether this is the label of what we drew and have asked for.
fn is_drawn(turn: &Turn<'_>, label: &str) -> bool {
    turn.credential(turn.rotation.new).and_then(|drawn| drawn.label).is_some_and(|own| own.0 == label)
}

fn made_by(turn: &Turn<'_>, label: &str) -> Option<OpSeq> {
    Label::ours(label, turn.facts.installation, turn.facts.secret)
}

/// The other installation, if this entry is a live credential that it made for this same secret.
fn foreign(turn: &Turn<'_>, entry: &Listed) -> Option<String> {
    if turn.facts.ledger.knows(&entry.id, turn.facts.sheet.addressing) {
        return None;
    }
    let label = entry.label.as_deref()?;
    Label::foreign(label, turn.facts.installation, turn.facts.secret).map(|other| other.to_string())
}

/// Whether there is no room; what we drew needs none when it is listed already.
fn is_full(turn: &Turn<'_>, entries: &[Listed]) -> bool {
    let most = turn.facts.sheet.max_credentials;
    let made = entries.iter().filter_map(|entry| entry.label.as_deref()).any(|label| is_drawn(turn, label));
    !made && most.is_some_and(|most| u32::try_from(entries.len()).unwrap_or(u32::MAX) >= most)
}
