//! Mutants of the vault, the store, the server and the consumers.

use super::assert_red;
use crate::scope::errand::by_hand;
use crate::world::{
    breach::Breach,
    budget::Budget,
    person::Kind,
    setting::{Flaw, Setting},
};

fn mutant(name: &str, flaw: Flaw, budget: Budget) -> Setting {
    Setting { budget, flaw, ..Setting::new(name) }
}

#[test]
fn a_vault_without_a_fence() {
    let budget = Budget { lose: 1, ask: 1, ..Budget::default() };
    assert_red(&mutant("vault without fence", Flaw::VaultWithoutFence, budget), Breach::CondemnedUsed);
}

#[test]
fn a_fence_per_lease() {
    let budget = Budget { lose: 1, ask: 1, ..Budget::default() };
    assert_red(&mutant("fence per lease", Flaw::FencePerLease, budget), Breach::CondemnedUsed);
}

#[test]
fn an_acknowledgement_before_the_disk() {
    assert_red(&mutant("ack before disk cache", Flaw::AckBeforeDisk, Budget::default()), Breach::Backwards);
}

#[test]
fn a_ledger_that_believes_old_leases() {
    let mut setting =
        mutant("ledger writes not fenced", Flaw::LedgerUnfenced, Budget { steal: 1, ..Budget::default() });
    setting.engines = 2;
    assert_red(&setting, Breach::OldDead);
}

#[test]
fn a_grant_that_is_not_written_down() {
    let mut setting = mutant("grant not persisted", Flaw::GrantNotPersisted, Budget::default());
    setting.people = vec![Kind::Agent, Kind::Plain];
    assert_red(&setting, Breach::LockedOut);
}

#[test]
fn a_lease_that_is_handed_on_in_full() {
    let mut setting = mutant("chained lease", Flaw::ChainedLease, Budget::default());
    setting.people = vec![Kind::Agent, Kind::Agent];
    assert_red(&setting, Breach::LockedOut);
}

#[test]
fn a_fallback_after_the_acknowledgement() {
    let budget = Budget { alert: 1, ..Budget::default() };
    assert_red(&mutant("fallback after acknowledgement", Flaw::FallbackAfterAck, budget), Breach::CondemnedUsed);
}

#[test]
fn an_old_copy_that_nobody_notices() {
    let budget = Budget { restore: 1, ..Budget::default() };
    assert_red(&mutant("restore without recovery", Flaw::RestoreUnnoticed, budget), Breach::DeadCurrent);
}

#[test]
fn a_handed_key_of_an_earlier_rotation() {
    let budget = Budget { again: 1, ..Budget::default() };
    let setting = Setting { budget, flaw: Flaw::AnyHandedRow, ..by_hand("handed key of an earlier rotation") };
    assert_red(&setting, Breach::CondemnedUsed);
}

#[test]
fn the_present_key_handed_over_as_the_new_one() {
    let setting = Setting { flaw: Flaw::OldKeyHanded, ..by_hand("present key handed over as the new one") };
    assert_red(&setting, Breach::CondemnedUsed);
}
