//! The history of a secret, folded from its commits.

use keybaton_core::history::{History, Past};
use keybaton_core::ledger::{Alert, AlertKind, Change};
use keybaton_core::rotation::{Cause, Hold, HoldReason, Rotation, State, Transition, Way, Write};
use keybaton_types::{Grade, Outcome, Phase, RotationId, Timestamp, VersionNo};

use crate::scene::{A, HOUR, MINUTE, NOW};

/// A commit with this rotation, so long after the start.
fn commit(minutes: u32, rotation: &Rotation, changes: Vec<Change>) -> (Timestamp, Transition) {
    (NOW + MINUTE * minutes, Transition { rotation: Some(rotation.clone()), changes, look: None })
}

fn rotation(id: u64) -> Rotation {
    Rotation::new(RotationId(id), Some(A), Some(VersionNo(1)), Cause::Asked)
}

fn at(rotation: &Rotation, state: State) -> Rotation {
    Rotation { state, ..rotation.clone() }
}

/// Two minutes of minting, one of publishing, an hour of draining of which half is held, and an end that cuts one off.
fn whole(id: u64) -> Vec<(Timestamp, Transition)> {
    let first = rotation(id);
    let publishing = State::Publishing { way: Way::Forward, write: Write::Writing, version: VersionNo(2) };
    let drain = at(&first, State::Draining(Way::Forward));
    let hold = Some(Hold { reason: HoldReason::Straggler, since: NOW });
    let cut =
        Alert { kind: AlertKind::CutOff, what: Alert::cut_off(&["web/1".to_owned(), "cron".to_owned()]), since: NOW };
    let end = Rotation { grade: Some(Grade::Assumed), ..at(&first, State::Ended(Outcome::Done)) };
    vec![
        commit(0, &first, vec![]),
        commit(1, &first, vec![]),
        commit(2, &at(&first, publishing), vec![]),
        commit(3, &drain, vec![Change::Current(VersionNo(2))]),
        commit(13, &Rotation { hold: hold.clone(), ..drain.clone() }, vec![]),
        commit(33, &Rotation { hold, tries: 1, ..drain.clone() }, vec![]),
        commit(43, &drain, vec![]),
        commit(63, &at(&first, State::Revoking(Way::Forward)), vec![Change::Raise(cut)]),
        commit(64, &end, vec![]),
    ]
}

fn read(limit: usize, rows: &[(Timestamp, Transition)]) -> Vec<Past> {
    let mut history = History::new(limit);
    for (no, (at, transition)) in rows.iter().enumerate() {
        history.read(*at, (no == 0).then_some("ann"), transition);
    }
    history.done(NOW + HOUR * 2)
}

#[test]
fn a_rotation_is_told_with_the_time_of_each_phase() {
    let past = read(9, &whole(1)).pop().unwrap();
    assert_eq!((past.started, past.ended), (NOW, Some(NOW + MINUTE * 64)));
    assert_eq!((past.by.as_deref(), past.cause), (Some("ann"), Cause::Asked));
    assert_eq!((past.from, past.to), (Some(VersionNo(1)), Some(VersionNo(2))));
    assert_eq!((past.outcome, past.grade), (Some(Outcome::Done), Some(Grade::Assumed)));
    let phases =
        [(Phase::Minting, MINUTE * 2), (Phase::Publishing, MINUTE), (Phase::Draining, HOUR), (Phase::Revoking, MINUTE)];
    assert_eq!(past.phases, phases);
    assert_eq!((past.held, past.holds.len()), (MINUTE * 30, 1));
    assert_eq!(past.cut_off, ["web/1", "cron"]);
}

#[test]
fn one_that_runs_has_come_so_far() {
    let past = read(9, &whole(1)[..4]).pop().unwrap();
    assert_eq!((past.ended, past.outcome, past.to), (None, None, Some(VersionNo(2))));
    assert_eq!(past.phases.last(), Some(&(Phase::Draining, MINUTE * 117)));
}

#[test]
fn the_newest_come_first_and_no_more_than_were_asked_for() {
    let rows: Vec<_> = (1..=50).flat_map(whole).collect();
    let ids: Vec<u64> = read(3, &rows).iter().map(|past| past.id.0).collect();
    assert_eq!(ids, [50, 49, 48]);
}

#[test]
fn what_was_cut_off_in_the_middle_of_the_record_is_told_as_far_as_it_goes() {
    let mut rows = whole(1);
    rows.truncate(2);
    rows.extend(whole(2));
    let past = read(9, &rows);
    assert_eq!(past.iter().map(|past| past.id.0).collect::<Vec<_>>(), [2, 1]);
    assert_eq!((past[1].outcome, past[1].ended), (None, None));
}

#[test]
fn a_commit_that_is_no_step_changes_only_what_is_current() {
    let adopted = Transition { changes: vec![Change::Current(VersionNo(1))], ..Transition::default() };
    assert!(read(9, &[(NOW, adopted)]).is_empty());
}

#[test]
fn a_rotation_that_became_an_emergency_says_so() {
    let first = rotation(1);
    let leaked = Rotation { cause: Cause::Leaked, ..first.clone() };
    assert_eq!(read(9, &[commit(0, &first, vec![]), commit(1, &leaked, vec![])])[0].cause, Cause::Leaked);
}
