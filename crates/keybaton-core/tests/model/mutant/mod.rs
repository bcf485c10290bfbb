//! Mutants: one rule taken away from the law or from one actor of the world. Each must turn the search red, and the same
//! setting without the mutation must stay green; a mutant that survives is a defect of the model.

mod actors;
mod laws;
mod wrap;

use std::time::Instant;

use keybaton_core::rotation::step;

use crate::{
    search,
    world::{
        breach::Breach,
        setting::{Flaw, Setting},
    },
};

/// Searches the mutant and its original, prints what was found, and names the invariant that breaks.
fn assert_red(mutant: &Setting, breach: Breach) {
    let start = Instant::now();
    let found = search::explore(mutant);
    let Some(red) = &found.red else {
        panic!("mutant {}: {} states and nothing is broken", mutant.name, found.states);
    };
    let (name, length, states) = (&mutant.name, red.trace.len(), found.states);
    println!(
        "mutant {name:<38} {:<14} {length:>3} actions {states:>8} states {:>5.1}s",
        format!("{:?}", red.breach),
        start.elapsed().as_secs_f64()
    );
    assert_eq!(red.breach, breach, "{}", found.story(mutant));
    let original = Setting { law: step, flaw: Flaw::None, ..mutant.clone() };
    let sound = search::explore(&original);
    assert!(sound.red.is_none(), "without the mutation: {}", sound.story(&original));
}
