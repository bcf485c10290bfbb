//! Wrappers around the shipped `step`: each sees the world a little wrong, or hears something else.

use std::time::Duration;

use keybaton_core::{
    answer::{Answer, Blame, Found, Listed, Remains, Verdict, Why},
    facts::Facts,
    ledger::{Seen, Sighting},
    policy::{Overlap, Policy, Until},
    rotation::{Effect, Event, Refused, Request, Rotation, State, Transition, Way, step},
    sheet::{Ability, Sheet},
    watch::Watch,
};
use keybaton_types::Moment;

type Decided = Result<Transition, Refused>;

/// The article: a timer instead of evidence.
pub(super) fn timer(rotation: Rotation, facts: &Facts<'_>, event: Event) -> Decided {
    let overlap = Overlap { until: Until::Time, ..facts.policy.overlap };
    let policy = Policy { overlap, consumers: Vec::new(), ..facts.policy.clone() };
    step(rotation, &Facts { policy: &policy, sightings: &[], ..*facts }, event)
}

/// After a lost create nothing is looked for: it is taken for one that was never sent.
pub(super) fn no_reconcile(rotation: Rotation, facts: &Facts<'_>, event: Event) -> Decided {
    let creating = rotation.pending.as_ref().filter(|pending| matches!(pending.effect, Effect::Create { .. }));
    let lost = matches!(&event, Event::Recovered(_) | Event::Answered { answer: Answer::Unknown(_), .. });
    let never = Answer::NotSent(Why::new(Blame::Transient, "forgotten"));
    let event = match creating {
        Some(pending) if lost => Event::Answered { seq: pending.seq, answer: never },
        Some(_) | None => event,
    };
    let sheet = Sheet { listing: Ability::Lacks, ..facts.sheet.clone() };
    step(rotation, &Facts { sheet: &sheet, ..*facts }, event)
}

/// A rollback is allowed although A is condemned.
pub(super) fn rollback_after_condemning(mut rotation: Rotation, facts: &Facts<'_>, event: Event) -> Decided {
    if rotation.state == State::Revoking(Way::Forward) && event == Event::Asked(Request::Rollback) {
        rotation.state = State::Draining(Way::Forward);
    }
    step(rotation, facts, event)
}

/// A rollback writes nothing when A is still what the ledger calls current.
pub(super) fn rollback_without_write(rotation: Rotation, facts: &Facts<'_>, event: Event) -> Decided {
    let mut decided = step(rotation, facts, event)?;
    let current = facts.ledger.current_credential().map(|credential| credential.no);
    let writes = |after: &Rotation| {
        let publishes = after.pending.as_ref().is_some_and(|pending| matches!(pending.effect, Effect::Publish { .. }));
        publishes && matches!(after.state, State::Publishing { way: Way::Back, .. }) && current == after.old
    };
    if let Some(after) = decided.rotation.as_mut().filter(|after| writes(after)) {
        (after.state, after.pending) = (State::Draining(Way::Back), None);
        (after.times.since, after.watch) = (Some(facts.now), after.watch + 1);
        decided.changes.clear();
    }
    Ok(decided)
}

/// The new credential is published after one probe at one place.
pub(super) fn one_probe(rotation: Rotation, facts: &Facts<'_>, event: Event) -> Decided {
    let sheet = Sheet { propagation: Duration::ZERO, ..facts.sheet.clone() };
    step(rotation, &Facts { sheet: &sheet, ..*facts }, event)
}

/// After a lost call nothing is waited for.
pub(super) fn no_quiescence(rotation: Rotation, facts: &Facts<'_>, event: Event) -> Decided {
    let sheet = Sheet { quiescence: Duration::ZERO, ..facts.sheet.clone() };
    step(rotation, &Facts { sheet: &sheet, ..*facts }, event)
}

/// An enable counts although an earlier disable may still land.
pub(super) fn early_enable(mut rotation: Rotation, facts: &Facts<'_>, event: Event) -> Decided {
    if matches!(rotation.state, State::Enabling(_)) {
        rotation.times.landing = None;
    }
    let mut decided = step(rotation, facts, event)?;
    if let Some(after) = decided.rotation.as_mut().filter(|after| matches!(after.state, State::Enabling(_))) {
        after.times.landing = None;
    }
    Ok(decided)
}

/// Another installation's labels are taken for ours.
pub(super) fn any_label(rotation: Rotation, facts: &Facts<'_>, event: Event) -> Decided {
    let ours = format!("kb1-{}-payments-prod-0", facts.installation);
    let claim = |entry: Listed| Listed { label: entry.label.map(|_| ours.clone()), ..entry };
    let event = match event {
        Event::Answered { seq, answer: Answer::Done(Found::Listed(entries)) } => {
            let entries = entries.into_iter().map(claim).collect();
            Event::Answered { seq, answer: Answer::Done(Found::Listed(entries)) }
        }
        other @ (Event::Started | Event::Answered { .. } | Event::Recovered(_) | Event::Woke | Event::Asked(_)) => {
            other
        }
    };
    step(rotation, facts, event)
}

/// A watch ends by the clock, whether anybody watched or not.
pub(super) fn unobserved_watch(rotation: Rotation, facts: &Facts<'_>, event: Event) -> Decided {
    let passed = facts.now.since(rotation.times.since.unwrap_or(facts.now));
    let last = Some(Moment { wall: facts.now, boot: facts.now.0, boot_id: 1 });
    let watch = Watch { observed: passed, progress: passed, last, ..facts.watch.clone() };
    step(rotation, &Facts { watch: &watch, ..*facts }, event)
}

/// A rollback does not wait for those who have moved to B already.
pub(super) fn no_drain_back(rotation: Rotation, facts: &Facts<'_>, event: Event) -> Decided {
    if rotation.state != State::Draining(Way::Back) {
        return step(rotation, facts, event);
    }
    let policy = Policy { consumers: Vec::new(), ..facts.policy.clone() };
    step(rotation, &Facts { policy: &policy, sightings: &[], ..*facts }, event)
}

/// Who ends a hold is answered by what was seen before.
pub(super) fn stale_resume(mut rotation: Rotation, facts: &Facts<'_>, event: Event) -> Decided {
    if matches!(rotation.state, State::Draining(_)) && event == Event::Asked(Request::Resume) {
        rotation.hold = None;
        return step(rotation, facts, Event::Woke);
    }
    step(rotation, facts, event)
}

/// A storm is believed: whatever it is, it is the new credential's fault.
pub(super) fn storm_blames_new(rotation: Rotation, facts: &Facts<'_>, event: Event) -> Decided {
    let blames = rotation.state == State::Draining(Way::Forward) && !facts.storms.is_empty();
    let event = if blames && event == Event::Woke { Event::Asked(Request::Rollback) } else { event };
    step(rotation, facts, event)
}

/// That another secret holds the same value does not matter.
pub(super) fn no_other_holders(rotation: Rotation, facts: &Facts<'_>, event: Event) -> Decided {
    step(rotation, &Facts { shared: &[], ..*facts }, event)
}

/// Whoever says that one instance is gone has said it of every instance.
pub(super) fn forgets_all(rotation: Rotation, facts: &Facts<'_>, event: Event) -> Decided {
    let words: Vec<&Sighting> = facts.sightings.iter().filter(|s| s.seen == Seen::Forgotten).collect();
    let of_others = facts.sightings.iter().flat_map(|seen| {
        let word = |word: &&Sighting| Sighting { instance: seen.instance.clone(), ..(*word).clone() };
        words.iter().map(word).collect::<Vec<_>>()
    });
    let sightings: Vec<Sighting> = facts.sightings.iter().cloned().chain(of_others).collect();
    step(rotation, &Facts { sightings: &sightings, ..*facts }, event)
}

/// A person who says that it is deleted is believed.
pub(super) fn believed_deletion(rotation: Rotation, facts: &Facts<'_>, event: Event) -> Decided {
    let deleted = |remains: Remains| Remains { verdict: Verdict::Refused, ..remains };
    let event = match event {
        Event::Answered { seq, answer: Answer::Done(Found::Examined(remains)) } => {
            Event::Answered { seq, answer: Answer::Done(Found::Examined(deleted(remains))) }
        }
        other @ (Event::Started | Event::Answered { .. } | Event::Recovered(_) | Event::Woke | Event::Asked(_)) => {
            other
        }
    };
    step(rotation, facts, event)
}

/// A rotation that is given up does not look whether a key was handed over.
pub(super) fn no_emptying(mut rotation: Rotation, facts: &Facts<'_>, event: Event) -> Decided {
    if event == Event::Asked(Request::Rollback) && matches!(rotation.state, State::Minting(_)) {
        rotation.new = None;
    }
    step(rotation, facts, event)
}
