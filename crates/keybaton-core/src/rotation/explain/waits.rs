//! What is still awaited, a line each: who, since when, and why it counts.

use std::time::Duration;

use super::{Drain, Story, keys, person};
use crate::{
    gate::Wait,
    policy::Evidence,
    roster::{Stand, Standing},
    rotation::{Look, State, span},
};

/// A line for each thing that is awaited, the call in flight first.
pub(super) fn lines(story: &Story<'_>) -> Vec<String> {
    let gate = story.drain.iter().flat_map(|drain| drain.gate.waits.iter().map(|wait| line(story, drain, wait)));
    let first =
        by_hand(story).into_iter().flatten().chain([call(story), landing(story), off(story)].into_iter().flatten());
    first.chain(gate).collect()
}

/// What a person has to do, and until when.
fn by_hand(story: &Story<'_>) -> Option<[String; 2]> {
    let what = story.rotation.hold.as_ref()?.reason.errand()?;
    let late = person::late(story.rotation, story.facts)?;
    let due = if late > story.facts.now {
        format!("the deadline is {}", span::until(story.facts.now, late))
    } else {
        format!("the deadline was {}", span::ago(story.facts.now, late))
    };
    let secret = story.facts.secret;
    let word = match story.rotation.state {
        State::Confirming(_, Look::Asked) if story.rotation.pending.is_none() => {
            format!("; it is refused already, so `keybaton resume {secret}` has to say when it is deleted")
        }
        _ => String::new(),
    };
    Some([format!("a person: {what}"), format!("{due}; nothing ends by it{word}")])
}

/// The call that is in flight.
fn call(story: &Story<'_>) -> Option<String> {
    let pending = story.rotation.pending.as_ref()?;
    let due = span::until(story.facts.now, pending.deadline);
    Some(format!("the call `{}` is in flight; it is given up {due}", pending.effect.word()))
}

/// An earlier call that may still take effect; in a drain the gate says it.
fn landing(story: &Story<'_>) -> Option<String> {
    let at = story.rotation.times.landing.filter(|&at| at > story.facts.now && story.drain.is_none())?;
    Some(landed(span::until(story.facts.now, at).trim_start_matches("in ")))
}

/// The watch over a key that is switched off.
fn off(story: &Story<'_>) -> Option<String> {
    (story.rotation.state == State::Watching).then(|| {
        let watch = story.facts.watch;
        watched(watch.observed, story.facts.policy.watch.span, "switched off and watched")
    })
}

fn line(story: &Story<'_>, drain: &Drain, wait: &Wait) -> String {
    let now = story.facts.now;
    let loser = keys::loser(story.facts.ledger, story.rotation, drain.way);
    match wait {
        Wait::Floor { until } => {
            let min = span::brief(story.facts.policy.overlap.min);
            format!("the overlap lasts at least {min}, and ends {} at the earliest", span::until(now, *until))
        }
        Wait::Watched { observed, needed } => watched(*observed, *needed, "watched since the publish"),
        Wait::Storm { source } => format!("{source} sees calls refused; both keys are tried before anything goes on"),
        Wait::Straggler(standing) => straggler(story, standing, &loser),
        Wait::Missing { consumer, moved, declared } => {
            format!("{consumer}: {moved} of {declared} declared instances have shown that they have moved")
        }
        Wait::Acknowledgement { consumer } => format!("{consumer}: nobody has acknowledged that it has moved"),
        Wait::Sessions { consumer, live } => format!("{consumer}: {}", sessions(*live, &loser)),
        Wait::LastUsed { consumer, at } => {
            let used = at.map(|at| format!("used {loser} {}", span::ago(now, at)));
            let used = used.unwrap_or_else(|| format!("the issuer has told no use of {loser}"));
            format!("{consumer}: {used}; it has to be quiet for {}", span::brief(quiet(story, consumer)))
        }
        Wait::Shared { secret } => format!("{secret} holds the same value: revoking it here would revoke it there"),
        Wait::Landing { until } => landed(span::until(now, *until).trim_start_matches("in ")),
    }
}

fn straggler(story: &Story<'_>, standing: &Standing, loser: &str) -> String {
    let now = story.facts.now;
    let who = format!("{}/{}", standing.consumer, standing.instance);
    match standing.stand {
        Stand::Old(at) => format!("{who} had {loser} {}, and has not shown that it has moved", span::ago(now, at)),
        Stand::Leased(until) => format!("{who} may use {loser} from its cache; that ends {}", span::until(now, until)),
        Stand::Unknown(at) => {
            format!("{who} used a value that keybaton does not know, {}: there is another consumer", span::ago(now, at))
        }
        Stand::Clear(grade) => format!("{who} has moved ({grade})"),
    }
}

fn sessions(live: Option<u32>, loser: &str) -> String {
    match live {
        None => format!("the sessions of {loser} were not counted yet"),
        Some(0) => format!("no session of {loser} is open, but not for long enough yet"),
        Some(1) => format!("1 session of {loser} is open"),
        Some(live) => format!("{live} sessions of {loser} are open"),
    }
}

fn quiet(story: &Story<'_>, consumer: &str) -> Duration {
    let declared = story.facts.policy.consumers.iter().find(|c| c.name == consumer);
    declared.map_or(Duration::ZERO, |consumer| match consumer.evidence {
        Evidence::Session { quiet } | Evidence::LastUsed { quiet } => quiet,
        Evidence::Agent { .. } | Evidence::Ack | Evidence::Manual => Duration::ZERO,
    })
}

fn watched(observed: Duration, needed: Duration, how: &str) -> String {
    format!("{how} for {} of {}; only observed time counts", span::brief(observed), span::brief(needed))
}

fn landed(left: &str) -> String {
    format!("an earlier call ended without an answer and may still take effect for {left}")
}
