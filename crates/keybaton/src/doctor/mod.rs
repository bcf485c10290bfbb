//! `doctor`: a visible list of checks, each a pure function of what was gathered before. Nothing is repaired and nothing
//! is written; a check that fails stops no other.

mod bundle;
mod check;
mod far;
mod git;
mod ground;
mod place;
mod redact;
mod said;
mod tar;

pub(crate) use bundle::{Bundle, Names};
pub(crate) use check::{CHECKS, Check};
pub(crate) use far::Calls;
pub(crate) use ground::Ground;

use keybaton_types::document::Finding;

use self::{check::Look, said::Said};

/// Runs the checks that were chosen.
pub(crate) fn examine(ground: &Ground, chosen: &[&Check]) -> Vec<Finding> {
    chosen.iter().flat_map(|check| look(ground, check).into_iter().map(|said| said.of(check.id))).collect()
}

/// What a check says, or why nobody looked.
fn look(ground: &Ground, check: &Check) -> Vec<Said> {
    let Ok(config) = &ground.config else {
        return match check.look {
            Look::Alone(look) => look(ground),
            Look::Config(_) | Look::Book(_) | Look::World(_) => vec![Said::skipped("the configuration cannot be read")],
        };
    };
    let Some(Ok(book)) = &ground.book else {
        return match check.look {
            Look::Alone(look) => look(ground),
            Look::Config(look) => look(ground, config),
            Look::Book(_) | Look::World(_) => vec![Said::skipped("the state database cannot be read")],
        };
    };
    match (check.look, &ground.world) {
        (Look::Alone(look), _) => look(ground),
        (Look::Config(look), _) => look(ground, config),
        (Look::Book(look), _) => look(config, book),
        (Look::World(look), Some(world)) => look(book, world),
        (Look::World(_), None) => vec![Said::skipped("nobody was asked: --offline")],
    }
}
