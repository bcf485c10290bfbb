//! When the schedule names the next firing of a secret that is idle, and what a pause makes of that.

use keybaton_core::{
    policy::{Pause, pause},
    rotation::Cause,
};
use keybaton_ports::Snapshot;
use keybaton_types::Timestamp;

use crate::Charge;

/// The next firing; one that was missed is due now, once, and one that a pause stopped is due when that is over. A
/// rotation that rolled back is retried twice, and then not again before a person has looked. A restored database fires
/// nothing (R11).
pub(crate) fn next(charge: &Charge, snapshot: &Snapshot) -> Option<Timestamp> {
    let ledger = &snapshot.ledger;
    let (schedule, base) = (charge.schedule.as_ref()?, ledger.base?);
    if ledger.current.is_none() || ledger.restored || ledger.rotation.is_some() {
        return None;
    }
    let from = paused(charge, snapshot).map_or(snapshot.now, |pause| pause.until);
    if ledger.rollbacks == 0 {
        return schedule.next(base, from, &charge.secret.to_string()).map(|firing| firing.at.max(from));
    }
    let retry = schedule.next_after_rollback(base, u32::from(ledger.rollbacks) - 1)?;
    schedule.admits(retry.max(from))
}

/// Since when the schedule is due, if it is now: a firing that was missed, and was not stopped by a pause.
pub(crate) fn since(charge: &Charge, snapshot: &Snapshot) -> Option<Timestamp> {
    next(charge, snapshot).filter(|at| *at <= snapshot.now)?;
    let (schedule, base) = (charge.schedule.as_ref()?, snapshot.ledger.base?);
    if paused(charge, snapshot).is_some() || snapshot.ledger.rollbacks > 0 {
        return None;
    }
    schedule.next(base, base, &charge.secret.to_string()).map(|firing| firing.at)
}

/// The pause that stops the schedule of a secret now.
pub(crate) fn paused<'a>(charge: &Charge, snapshot: &'a Snapshot) -> Option<&'a Pause> {
    pause::blocking(&snapshot.pauses, &charge.secret, charge.owner.as_deref(), snapshot.now)
}

/// The pause that keeps a rotation from being started for this reason.
pub(crate) fn refusing<'a>(charge: &Charge, snapshot: &'a Snapshot, cause: Cause) -> Option<&'a Pause> {
    pause::refusing(&snapshot.pauses, &charge.secret, charge.owner.as_deref(), cause, snapshot.now)
}

/// The pauses of a secret that are over, and nobody has said so far that they know.
pub(crate) fn over<'a>(charge: &Charge, snapshot: &'a Snapshot) -> Vec<&'a Pause> {
    let last = snapshot.ledger.last.as_ref();
    pause::over(&snapshot.pauses, &charge.secret, charge.owner.as_deref(), last, snapshot.now)
}
