//! The fault scenarios: what is done to keybaton, what has to come of it, and the tests that do it with the real program.
//!
//! A test of the end-to-end suite compares these names with its own: a scenario whose test is gone does not pass there.

/// One scenario.
pub(crate) struct Scenario {
    /// What one types.
    pub(crate) name: &'static str,
    /// What is done.
    pub(crate) what: &'static str,
    /// What holds, where the tests pass.
    pub(crate) holds: &'static str,
    /// The tests of the end-to-end suite.
    pub(crate) tests: &'static [&'static str],
}

/// All of them.
pub(crate) const ALL: [Scenario; 12] = [
    Scenario {
        name: "zombie-leader",
        what: "The leader sleeps after it has sent a call, its lease runs out, another one rolls back, the leader wakes.",
        holds: "the late answer bounces, the late call is undone, and the key in use lives",
        tests: &["fault::zombie::a_leader_that_slept_through_its_lease_changes_nothing_when_it_wakes"],
    },
    Scenario {
        name: "lost-creates",
        what: "Creates are done and their answers lost, until the issuer has no room left.",
        holds: "orphans are swept by their label, nothing foreign is deleted, and a full issuer holds and names who fills it",
        tests: &[
            "fault::creates::answers_that_are_lost_until_the_issuer_is_full_leave_no_orphan_and_delete_nothing_foreign",
            "http::hold::a_full_issuer_holds_the_rotation_and_names_who_fills_it",
        ],
    },
    Scenario {
        name: "kill-anywhere",
        what: "The process is killed before and after each of its commits.",
        holds: "every rotation ends whole: one live key, no orphan, nothing lost",
        tests: &[
            "kill::commits::a_rotation_that_is_killed_around_any_commit_ends_whole",
            "kill::commits::a_rotation_that_rolls_back_and_is_killed_around_any_commit_ends_whole",
        ],
    },
    Scenario {
        name: "wrong-environment",
        what: "Only staging's consumers move to their new key; prod's never hear of theirs.",
        holds: "prod's old key lives, and the instances that lag are named",
        tests: &["consumers::environment::consumers_of_staging_that_switch_do_not_free_the_key_of_prod"],
    },
    Scenario {
        name: "storm-and-race",
        what: "401s that have nothing to do with the new key, and then a rollback against a revoke.",
        holds: "the storm rolls nothing back, exactly one of the two wins, and the current key works",
        tests: &[
            "fault::race::refusals_of_both_keys_alike_roll_nothing_back",
            "signal::real::refusals_that_name_no_version_are_looked_into_and_roll_nothing_back",
            "fault::race::of_a_rollback_and_a_revoke_at_once_exactly_one_wins",
        ],
    },
    Scenario {
        name: "restored-database",
        what: "Yesterday's database is put back while today's key is live.",
        holds: "it is recognised, nothing is revoked, consumers keep the newer key, and a person is told",
        tests: &[
            "refusal::restored::an_old_copy_is_recognised_and_touches_nothing",
            "refusal::restored::a_person_vouches_for_an_old_copy_and_rotations_go_on",
            "consumers::restored::after_a_restore_nobody_goes_back_to_the_old_key_and_nothing_is_revoked",
        ],
    },
    Scenario {
        name: "slow-regions",
        what: "A new key is known in one of three regions at first.",
        holds: "no consumer is refused in any region",
        tests: &["fault::regions::a_key_that_one_region_knows_is_not_published_before_all_do"],
    },
    Scenario {
        name: "outages",
        what: "Audit, vault and issuer fail one after another and together.",
        holds: "consumers work on, nothing is changed meanwhile, and the rotation goes on without hands",
        tests: &["fault::outages::whatever_is_down_consumers_work_on_and_the_rotation_ends_by_itself"],
    },
    Scenario {
        name: "stolen-key",
        what: "A key has leaked and must die; whoever has it makes another one in the meantime.",
        holds: "the key is dead within seconds of its deadline, who is cut off is named, and the strange key is shown",
        tests: &[
            "fault::stolen::a_stolen_key_dies_and_what_was_made_with_it_is_shown",
            "http::emergency::a_leaked_key_dies_soon_and_the_audit_names_who_was_cut_off",
        ],
    },
    Scenario {
        name: "clock-jumps",
        what: "The clock of a machine jumps by an hour in the middle of a drain, a consumer's by a year, and a night has an hour \
               too few or too many.",
        holds: "nothing is revoked early, no lease that ran out is honoured, and the schedule fires once",
        tests: &[
            "fault::clock::an_hour_that_did_not_pass_ends_no_overlap",
            "fault::clock::a_clock_that_goes_back_starts_nothing_twice",
            "fault::clock::a_night_in_which_clocks_are_changed_has_one_firing",
            "agent::clock::an_agent_whose_clock_jumps_by_a_year_honours_no_lease_that_ran_out",
        ],
    },
    Scenario {
        name: "store-attacker",
        what: "Somebody who can write the database swaps values and changes, removes and reorders records.",
        holds: "the record is named, and a value in another's place does not open",
        tests: &[
            "fault::attacker::a_value_that_was_swapped_with_another_does_not_open",
            "fault::attacker::records_that_were_changed_removed_or_reordered_are_named",
            "http::audit::a_cut_tail_is_shown_by_a_checkpoint_that_is_kept_elsewhere",
        ],
    },
    Scenario {
        name: "bad-signals",
        what: "Metrics are down or answer nonsense, alerts are forged or replayed, a receiver hangs, a probe flaps.",
        holds: "none of it takes a key back, ends one, or stops a rotation",
        tests: &[
            "signal::bad::a_signal_that_is_down_hangs_or_answers_nonsense_says_nothing_and_stops_nothing",
            "signal::alarm::an_alarm_that_is_forged_or_replayed_is_refused",
            "alert::telling::a_receiver_that_hangs_delays_no_rotation",
            "fault::flaps::a_probe_that_flaps_takes_nothing_back_and_revokes_nothing",
        ],
    },
];
