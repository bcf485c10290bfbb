//! Long random histories through the model's world: more faults, more engines and more instances than a search can bear.
//!
//! A history that breaks an invariant is saved, and `KEYBATON_REPLAY=FILE cargo test -p keybaton-core --test it saved --
//! --nocapture` tells it step by step.

use std::{fmt, path::Path, str::FromStr};

use keybaton_types::Phase;
use proptest::{collection::vec, prelude::*};

use crate::{
    drawn, invariant,
    world::{
        World,
        action::{Action, Reply},
        breach::Breach,
        budget::Budget,
    },
};

/// Where the newest history that broke something is kept.
const SAVED: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/history.txt");

/// A world that behaves reaches an end in fewer actions than this.
const PATIENCE: usize = 600;

/// What is drawn: the sheet's properties, who reads how, and which entry of the menu happens.
#[derive(Clone, Debug, PartialEq, Eq)]
struct History {
    sheet: u8,
    people: u8,
    choices: Vec<u16>,
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if std::env::var_os("KEYBATON_MODEL_DEEP").is_some() { 50_000 } else { 1_500 },
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_history_keeps_every_invariant_and_can_end(
        sheet in 0u8..128,
        people in 0u8..8,
        choices in vec(any::<u16>(), 0..400),
    ) {
        let history = History { sheet, people, choices };
        let broken = history.run(|_, _| {});
        if broken.is_some() {
            std::fs::write(SAVED, history.to_string()).expect("the build's own folder is writable");
        }
        prop_assert_eq!(broken, None, "saved as {}", SAVED);
    }

    #[test]
    fn a_history_survives_being_saved(sheet in 0u8..128, people in 0u8..8, choices in vec(any::<u16>(), 0..9)) {
        let history = History { sheet, people, choices };
        prop_assert_eq!(history.to_string().parse::<History>(), Ok(history));
    }
}

#[test]
fn a_saved_history_is_told_again() {
    let Some(file) = std::env::var_os("KEYBATON_REPLAY") else { return };
    let text = std::fs::read_to_string(Path::new(&file)).expect("the file that was named");
    let history: History = text.parse().expect("a saved history");
    let broken = history.run(|action, world| {
        let rotation = world.ledger.rotation.as_ref();
        let state = rotation.map(|r| (r.state, r.pending.as_ref().map(|pending| pending.effect.word()), &r.hold));
        println!("{action:?}\n    {state:?}\n    {:?} {:?} {:?}", world.issuer.keys, world.vault.served, world.flights);
        world.people.iter().for_each(|person| println!("    {person:?}"));
    });
    assert_eq!(broken, None);
}

impl History {
    /// Lets it happen, and then lets the world behave until an end.
    fn run(&self, mut tell: impl FnMut(Action, &World)) -> Option<Breach> {
        let setting = drawn::setting("history", self.sheet, self.people);
        let mut world = World::new(&setting);
        for &choice in &self.choices {
            let menu = world.menu(&setting);
            let Some(action) = pick(&menu, usize::from(choice)) else { break };
            world.act(&setting, action);
            tell(action, &world);
            if let Some(breach) = invariant::broken(&world) {
                return Some(breach);
            }
        }
        world.budget = Budget::default();
        for round in 0..PATIENCE {
            if is_end(&world) {
                return None;
            }
            let action = behave(&world.menu(&setting), round);
            world.act(&setting, action);
            tell(action, &world);
            if let Some(breach) = invariant::broken(&world) {
                return Some(breach);
            }
        }
        Some(Breach::NoEnd)
    }
}

/// An entry of the menu. Every other choice is one that gets the rotation on, so that histories come to its later states.
fn pick(menu: &[Action], choice: usize) -> Option<Action> {
    let (draw, onward) = (choice / 2, choice.is_multiple_of(2));
    let gets_on = |action: &&Action| {
        matches!(action, Action::Claim | Action::Turn | Action::Answer(Reply::Done) | Action::Start | Action::Tick)
    };
    let some: Vec<&Action> = menu.iter().filter(|action| !onward || gets_on(action)).collect();
    let some = if some.is_empty() { menu.iter().collect() } else { some };
    some.get(draw % some.len().max(1)).map(|action| **action)
}

/// What a world does that behaves: engines act, calls end well, late ones are lost, everybody reads, uses and erases.
fn behave(menu: &[Action], round: usize) -> Action {
    let acts = |action: &&Action| matches!(action, Action::Claim | Action::Turn | Action::Answer(Reply::Done));
    let moves = |action: &&Action| {
        matches!(action, Action::Drop(_) | Action::Fetch(_) | Action::Use(_) | Action::Erase(_) | Action::Forget(_))
    };
    let lively: Vec<&Action> = menu.iter().filter(moves).collect();
    let tick = menu.iter().find(|action| **action == Action::Tick).filter(|_| round.is_multiple_of(7));
    let chosen = tick.or_else(|| menu.iter().find(acts)).or_else(|| lively.get(round % lively.len().max(1)).copied());
    chosen.or(menu.first()).copied().unwrap_or(Action::Tick)
}

fn is_end(world: &World) -> bool {
    world.ledger.rotation.as_ref().is_none_or(|rotation| rotation.phase() == Phase::Held)
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.sheet, self.people)?;
        self.choices.iter().try_for_each(|choice| write!(f, " {choice}"))
    }
}

impl FromStr for History {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut words = text.split_whitespace();
        let (sheet, people) = (words.next().unwrap_or("").parse()?, words.next().unwrap_or("").parse()?);
        let choices = words.map(str::parse).collect::<Result<_, _>>()?;
        Ok(Self { sheet, people, choices })
    }
}
