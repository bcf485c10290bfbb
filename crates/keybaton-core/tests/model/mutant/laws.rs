//! Mutants of the law.

use keybaton_core::sheet::{Ability, Addressing, Fencing};

use super::{assert_red, wrap};
use crate::scope::errand::by_hand;
use crate::world::{
    breach::Breach,
    budget::Budget,
    person::Kind,
    setting::{Law, Setting},
    time::ticks,
};

fn mutant(name: &str, law: Law, budget: Budget) -> Setting {
    Setting { budget, law, ..Setting::new(name) }
}

#[test]
fn a_timer_instead_of_evidence() {
    let mut setting = mutant("timer instead of evidence", wrap::timer, Budget::default());
    setting.people = vec![Kind::Plain];
    assert_red(&setting, Breach::LockedOut);
}

#[test]
fn no_reconcile_after_a_lost_create() {
    let budget = Budget { crash: 1, ..Budget::default() };
    assert_red(&mutant("no reconcile, no sweep", wrap::no_reconcile, budget), Breach::Orphan);
}

#[test]
fn a_rollback_after_condemning() {
    let budget = Budget { lose: 1, ask: 1, ..Budget::default() };
    let mut setting = mutant("rollback after condemning", wrap::rollback_after_condemning, budget);
    setting.sheet.switching = Ability::Lacks;
    assert_red(&setting, Breach::CondemnedUsed);
}

#[test]
fn a_rollback_that_skips_the_write() {
    let budget = Budget { lose: 2, ask: 1, ..Budget::default() };
    assert_red(&mutant("rollback skips the write", wrap::rollback_without_write, budget), Breach::CondemnedUsed);
}

#[test]
fn one_probe_at_one_place() {
    let mut setting = mutant("one probe, one place", wrap::one_probe, Budget::default());
    (setting.sheet.propagation, setting.lag) = (ticks(1), ticks(1));
    assert_red(&setting, Breach::DeadCurrent);
}

#[test]
fn slots_without_quiescence() {
    let mut setting = mutant("slots without quiescence", wrap::no_quiescence, Budget { lose: 1, ..Budget::default() });
    setting.sheet.addressing = Addressing::Again;
    assert_red(&setting, Breach::DeadCurrent);
}

#[test]
fn an_unfenced_vault_without_quiescence() {
    let budget = Budget { lose: 1, ask: 1, ..Budget::default() };
    let mut setting = mutant("unfenced vault without quiescence", wrap::no_quiescence, budget);
    setting.sheet.vault = Fencing::Unfenced;
    setting.policy.overlap.min = ticks(0);
    assert_red(&setting, Breach::CondemnedUsed);
}

#[test]
fn a_disable_that_lands_after_the_enable() {
    let budget = Budget { crash: 1, ..Budget::default() };
    assert_red(&mutant("late disable after re-enable", wrap::early_enable, budget), Breach::OldDead);
}

#[test]
fn a_sweep_of_another_installation() {
    let mut setting = mutant("sweep by another installation", wrap::any_label, Budget::default());
    setting.neighbour = true;
    assert_red(&setting, Breach::NotOurs);
}

#[test]
fn a_watch_that_nobody_watches() {
    let budget = Budget { crash: 1, ..Budget::default() };
    assert_red(&mutant("unobserved watch", wrap::unobserved_watch, budget), Breach::Unwatched);
}

#[test]
fn a_rollback_that_does_not_drain_back() {
    let budget = Budget { ask: 1, ..Budget::default() };
    let mut setting = mutant("rollback does not drain back", wrap::no_drain_back, budget);
    setting.people = vec![Kind::Plain];
    assert_red(&setting, Breach::CutOff);
}

#[test]
fn a_storm_that_is_taken_for_the_new_keys_fault() {
    let budget = Budget { storm: 1, ..Budget::default() };
    assert_red(&mutant("storm rolls back", wrap::storm_blames_new, budget), Breach::Unattributed);
}

#[test]
fn a_key_of_two_secrets_that_is_taken_for_the_key_of_one() {
    let budget = Budget { guest: 1, ..Budget::default() };
    assert_red(&mutant("other holders are not asked", wrap::no_other_holders, budget), Breach::CutOff);
}

#[test]
fn a_word_about_one_instance_that_counts_for_all() {
    let budget = Budget { vanish: 1, ..Budget::default() };
    let mut setting = mutant("one is forgotten, all are", wrap::forgets_all, budget);
    (setting.people, setting.users) = (vec![Kind::Plain, Kind::Plain], 2);
    assert_red(&setting, Breach::LockedOut);
}

#[test]
fn a_resume_that_looks_at_nothing() {
    let budget = Budget { scribble: 2, ..Budget::default() };
    assert_red(&mutant("resume looks at nothing", wrap::stale_resume, budget), Breach::Deaf);
}

#[test]
fn a_deletion_that_is_believed_without_a_probe() {
    let mutant = by_hand("deletion believed without a probe");
    assert_red(&Setting { law: wrap::believed_deletion, ..mutant }, Breach::Orphan);
}

#[test]
fn a_rollback_that_does_not_look_for_a_handed_key() {
    let budget = Budget { ask: 1, lose: 1, ..Budget::default() };
    let mutant = by_hand("rollback leaves a handed key");
    assert_red(&Setting { budget, law: wrap::no_emptying, ..mutant }, Breach::Orphan);
}
