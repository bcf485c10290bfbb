//! *back*: an alert at any point, disable and enable, requests of a person, policies that differ.

use keybaton_core::{
    policy::{OnStraggler, Rollback, Until},
    rotation::Cause,
    sheet::Fencing,
};

use super::{Scope, sheets};
use crate::world::{budget::Budget, person::Kind, setting::Setting};

pub(super) fn scope(deep: bool) -> Scope {
    let mut base = Setting::new("alert");
    base.budget = Budget { alert: 1, ..Budget::default() };
    let mut settings = sheets::pairs(&base);
    settings.extend(sheets::pairs(&changed(&base, "request", |s| s.budget = Budget { ask: 1, ..Budget::default() })));
    settings.push(changed(&base, "alert and ambiguity", |s| (s.budget.lose, s.people) = (1, vec![Kind::Plain])));
    settings.push(changed(&base, "two instances", |s| {
        (s.people, s.budget) = (vec![Kind::Agent, Kind::Plain], Budget { ask: 1, ..Budget::default() });
    }));
    settings.push(changed(&base, "meddling", |s| s.budget = Budget { meddle: 1, ..Budget::default() }));
    settings.push(changed(&base, "storm", |s| s.budget = Budget { storm: 1, ..Budget::default() }));
    settings.push(changed(&base, "storm and alert", |s| (s.budget.storm, s.people) = (1, vec![Kind::Plain])));
    settings.push(changed(&base, "guest", |s| s.budget = Budget { guest: 3, ..Budget::default() }));
    settings.push(changed(&base, "guest and request", |s| {
        s.budget = Budget { guest: 1, ask: 1, ..Budget::default() };
    }));
    settings.push(changed(&base, "foreign write", |s| s.budget = Budget { scribble: 2, ..Budget::default() }));
    settings.push(changed(&base, "foreign write and request", |s| {
        (s.people, s.budget) = (vec![Kind::Plain], Budget { scribble: 2, ask: 1, ..Budget::default() });
    }));
    settings.push(changed(&base, "foreign write and ambiguity", |s| {
        (s.sheet.vault, s.budget) = (Fencing::Unfenced, Budget { scribble: 2, lose: 1, ..Budget::default() });
    }));
    settings.push(changed(&base, "ask first", |s| s.policy.rollback = Rollback::Ask));
    settings.push(changed(&base, "leaked", |s| s.cause = Cause::Leaked));
    settings.push(changed(&base, "by time", |s| s.policy.overlap.until = Until::Time));
    for on_straggler in [OnStraggler::Revoke, OnStraggler::Rollback] {
        let name = format!("straggler {on_straggler:?}");
        settings.push(changed(&base, &name, |s| s.policy.overlap.on_straggler = on_straggler));
    }
    if deep {
        settings.push(changed(&base, "alert, two", |s| s.people = vec![Kind::Plain, Kind::Plain]));
        settings.extend(sheets::all(&changed(&base, "deep", |s| s.budget.lose = 1)));
        settings.extend(sheets::pairs(&changed(&base, "deep crash", |s| s.budget.crash = 1)));
    }
    Scope { name: "back", settings }
}

fn changed(base: &Setting, name: &str, change: impl FnOnce(&mut Setting)) -> Setting {
    let mut setting = base.clone();
    name.clone_into(&mut setting.name);
    change(&mut setting);
    setting
}
