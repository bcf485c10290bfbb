//! When the schedule names the next firing of a secret that is idle.

use keybaton_ports::Snapshot;
use keybaton_types::Timestamp;

use crate::Charge;

/// The next firing; one that was missed is due now, once. A rotation that rolled back is retried twice, and then not
/// again before a person has looked. A restored database fires nothing (R11).
pub(crate) fn next(charge: &Charge, snapshot: &Snapshot) -> Option<Timestamp> {
    let ledger = &snapshot.ledger;
    let (schedule, base) = (charge.schedule.as_ref()?, ledger.base?);
    if ledger.current.is_none() || ledger.restored || ledger.rotation.is_some() {
        return None;
    }
    if ledger.rollbacks == 0 {
        return schedule.next(base, snapshot.now, &charge.secret.to_string()).map(|firing| firing.at);
    }
    let retry = schedule.next_after_rollback(base, u32::from(ledger.rollbacks) - 1)?;
    schedule.admits(retry.max(snapshot.now))
}
