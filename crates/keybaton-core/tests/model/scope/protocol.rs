//! *protocol*: one engine, one to three instances, a crash and an ambiguity.

use std::time::Duration;

use keybaton_core::sheet::Ability;

use super::{Scope, sheets};
use crate::world::{budget::Budget, person::Kind, setting::Setting, time::ticks};

pub(super) fn scope(deep: bool) -> Scope {
    let crash = Budget { crash: 1, ..Budget::default() };
    let lose = Budget { lose: 1, ..Budget::default() };
    let both = Budget { crash: 1, ..lose };
    let vanish = Budget { vanish: 1, ..Budget::default() };
    let mut settings = Vec::new();
    settings.extend(sheets::all(&brief(given("crash", crash, &[Kind::Agent]))));
    settings.extend(sheets::all(&brief(given("ambiguity", lose, &[Kind::Agent]))));
    settings.push(brief(given("both", both, &[Kind::Agent])));
    settings.push(given("both, plain reader", both, &[Kind::Plain]));
    settings.push(brief(given("vanishing", vanish, &[Kind::Agent, Kind::Plain])));
    settings.extend(sheets::pairs(&brief(given("two", Budget::default(), &[Kind::Agent, Kind::Plain]))));
    let mut three = given("three", Budget::default(), &[Kind::Plain, Kind::Plain, Kind::Plain]);
    three.sheet.switching = Ability::Lacks;
    settings.push(three);
    settings.extend(oddities());
    if deep {
        settings.extend(sheets::all(&given("deep", both, &[Kind::Agent])));
        settings.push(given("deep, two", lose, &[Kind::Plain, Kind::Plain]));
        settings.push(given("deep, three", Budget::default(), &[Kind::Agent, Kind::Agent, Kind::Plain]));
    }
    Scope { name: "protocol", settings }
}

/// Leases of one tick: whoever reads nothing forgets everything with the next tick.
pub(super) fn brief(mut setting: Setting) -> Setting {
    setting.policy.max_stale = Duration::ZERO;
    setting
}

fn given(name: &str, budget: Budget, people: &[Kind]) -> Setting {
    let mut setting = Setting::new(name);
    (setting.budget, setting.people) = (budget, people.to_vec());
    setting
}

/// Situations that need a setting of their own.
fn oddities() -> Vec<Setting> {
    let lose = Budget { lose: 1, ask: 1, ..Budget::default() };
    let mut first = given("first version", lose, &[Kind::Agent]);
    first.adopted = false;
    let mut nobody = given("nobody", Budget::default(), &[]);
    (nobody.policy.consumers, nobody.users) = (Vec::new(), 0);
    let mut full = given("full", lose, &[Kind::Agent]);
    (full.sheet.max_credentials, full.neighbour) = (Some(2), true);
    let mut slow = given("slow issuer", Budget { ask: 0, ..lose }, &[Kind::Agent]);
    (slow.sheet.propagation, slow.lag) = (ticks(1), ticks(1));
    let again = given("again", Budget { again: 1, lose: 1, ..Budget::default() }, &[Kind::Plain]);
    vec![first, nobody, full, slow, again]
}
