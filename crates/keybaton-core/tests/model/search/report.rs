//! What a search found, and the story of a trace for whoever has to understand it.

use std::fmt::Write;

use super::replay;
use crate::{
    rule::Coverage,
    world::{World, action::Action, breach::Breach, setting::Setting},
};

/// What a search found.
#[derive(Clone, Debug)]
pub(crate) struct Explored {
    /// The setting.
    pub(crate) name: String,
    /// Unique states.
    pub(crate) states: usize,
    /// Steps between different states.
    pub(crate) steps: usize,
    /// Actions to the last state that was found.
    pub(crate) deepest: usize,
    /// It was given up: the setting has too many states.
    pub(crate) capped: bool,
    /// The broken invariant, if one is.
    pub(crate) red: Option<Red>,
    /// What was exercised.
    pub(crate) coverage: Coverage,
}

/// A broken invariant and the way to it.
#[derive(Clone, Debug)]
pub(crate) struct Red {
    /// Which one.
    pub(crate) breach: Breach,
    /// The actions that lead there; no way is shorter.
    pub(crate) trace: Vec<Action>,
}

impl Explored {
    /// The trace, step by step, with what it did to the world.
    pub(crate) fn story(&self, setting: &Setting) -> String {
        let Some(red) = &self.red else { return format!("{}: nothing is broken", self.name) };
        let mut story = format!("{}: {:?} after {} actions\n", self.name, red.breach, red.trace.len());
        for (world, action, turned) in replay(setting, &red.trace) {
            let refused = turned.and_then(|turned| turned.result.err());
            writeln!(story, "{action:?} {}{refused:?}", scene(&world)).expect("writing to a string");
        }
        story
    }
}

fn scene(world: &World) -> String {
    let mut scene = String::new();
    if let Some(rotation) = &world.ledger.rotation {
        let effect = rotation.pending.as_ref().map(|pending| (pending.seq.0, pending.effect.word()));
        let hold = rotation.hold.as_ref().map(|hold| &hold.reason);
        write!(
            scene,
            "→ {:?} old {:?} new {:?} {effect:?} {hold:?} {:?}",
            rotation.state, rotation.old, rotation.new, rotation.times
        )
        .expect("writing to a string");
    }
    let alerts: Vec<_> = world.ledger.alerts.iter().map(|alert| alert.kind).collect();
    let credentials: Vec<_> = world.ledger.credentials.iter().map(|c| (c.no.0, c.stage, c.far, c.condemned)).collect();
    writeln!(
        scene,
        "\n    issuer {:?} spoilt {:?} vault {:?} flights {:?}",
        world.issuer.keys, world.issuer.spoilt, world.vault, world.flights
    )
    .expect("writing to a string");
    writeln!(
        scene,
        "    ledger {credentials:?} current {:?} {alerts:?} engines {:?}",
        world.ledger.current, world.engines
    )
    .expect("writing to a string");
    for person in &world.people {
        writeln!(scene, "    {person:?}").expect("writing to a string");
    }
    scene
}
