//! The five scopes, each explored completely within a stated budget.

mod back;
pub(crate) mod errand;
mod protocol;
mod restore;
mod sheets;
mod zombie;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::{
    rule::{Coverage, ERRANDS, LOOKS, PHASES, REFUSALS, RULES, Rule, STORMS},
    search::{self, Explored},
    world::setting::Setting,
};

/// The most states of a scope, unless a deeper search was asked for.
const MOST: usize = 2_000_000;

/// One scope: a name and what is explored.
struct Scope {
    name: &'static str,
    settings: Vec<Setting>,
}

/// A search and how long it took.
type Timed = (Explored, Duration);

#[test]
fn every_invariant_holds_in_every_scope_and_nothing_holds_for_want_of_trying() {
    let deep = std::env::var_os("KEYBATON_MODEL_DEEP").is_some();
    let scopes =
        [protocol::scope(deep), zombie::scope(deep), back::scope(deep), restore::scope(deep), errand::scope(deep)];
    let only = std::env::var("KEYBATON_MODEL_SCOPE").ok();
    let mut coverage = Coverage::default();
    println!("scope      settings     states      steps  deepest   time");
    for scope in scopes.iter().filter(|scope| only.as_ref().is_none_or(|only| scope.name.starts_with(only.as_str()))) {
        model_counts(scope, deep, &mut coverage);
    }
    if only.is_none() {
        assert_reached(&coverage);
    }
}

/// Explores a scope and prints its line of the table.
fn model_counts(scope: &Scope, deep: bool, coverage: &mut Coverage) {
    let start = Instant::now();
    let found = explore_all(&scope.settings);
    let states: usize = found.iter().map(|(one, _)| one.states).sum();
    let steps: usize = found.iter().map(|(one, _)| one.steps).sum();
    let deepest = found.iter().map(|(one, _)| one.deepest).max().unwrap_or(0);
    let (name, count, seconds) = (scope.name, scope.settings.len(), start.elapsed().as_secs_f64());
    println!("{name:<10} {count:>8} {states:>10} {steps:>10} {deepest:>8} {seconds:>5.1}s");
    for (one, took) in found {
        if std::env::var_os("KEYBATON_MODEL_DETAIL").is_some() {
            println!("    {:<60} {:>8} {:>5.1}s", one.name, one.states, took.as_secs_f64());
        }
        assert!(!one.capped, "{}: too many states", one.name);
        let setting = scope.settings.iter().find(|setting| setting.name == one.name).expect("its own setting");
        assert!(one.red.is_none(), "{}", one.story(setting));
        coverage.absorb(one.coverage);
    }
    assert!(deep || states <= MOST, "{name}: {states} states are more than {MOST}");
}

/// Explores settings, two at a time.
fn explore_all(settings: &[Setting]) -> Vec<Timed> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        while let Some(setting) = settings.get(next.fetch_add(1, Ordering::Relaxed)) {
            let start = Instant::now();
            let one = search::explore(setting);
            found.push((one, start.elapsed()));
        }
        found
    };
    std::thread::scope(|scope| {
        let workers = [scope.spawn(work), scope.spawn(work)];
        workers.into_iter().flat_map(|worker| worker.join().expect("a search does not panic")).collect()
    })
}

fn assert_reached(coverage: &Coverage) {
    for phase in PHASES {
        assert!(coverage.phases.contains(&phase), "no rotation was ever {phase}");
    }
    for refused in REFUSALS {
        assert!(coverage.refusals.contains(&refused), "nothing was ever refused because {refused}");
    }
    for phase in ERRANDS {
        for late in [false, true] {
            assert!(coverage.errands.contains(&(phase, late)), "no person was asked while {phase}, late: {late}");
        }
    }
    for phase in STORMS {
        assert!(coverage.storms.contains(&phase), "no storm was explained while {phase}");
    }
    for phase in LOOKS {
        assert!(coverage.looks.contains(&phase), "no person ever ended a hold while {phase}");
    }
    for number in 1..=RULES {
        assert!(coverage.rules.contains(&Rule(number)), "R{number} never decided anything");
    }
}
