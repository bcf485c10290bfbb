//! *zombie*: two engines; one is paused, loses its lease, and goes on as if nothing had happened.

use super::{Scope, sheets};
use crate::world::{budget::Budget, person::Kind, setting::Setting};

pub(super) fn scope(deep: bool) -> Scope {
    let mut base = Setting::new("zombie");
    base.engines = 2;
    base.budget = Budget { steal: 1, ..Budget::default() };
    let mut settings = sheets::pairs(&base);
    let mut lossy = base.clone();
    "zombie and ambiguity".clone_into(&mut lossy.name);
    lossy.budget.lose = 1;
    settings.push(lossy);
    let mut plain = base.clone();
    "zombie, plain reader, ask".clone_into(&mut plain.name);
    plain.people = vec![Kind::Plain];
    plain.budget.ask = 1;
    settings.push(plain);
    if deep {
        base.budget.lose = 1;
        "deep".clone_into(&mut base.name);
        settings.extend(sheets::all(&base));
    }
    Scope { name: "zombie", settings }
}
