//! How evidence of one instance about one credential adds up. The SQL text says the same in `sqlite/sql.rs`.

use std::time::Duration;

use keybaton_core::ledger::{Report, Seen, Sighting};
use keybaton_types::{CredentialNo, Timestamp};

/// One report never adds more calls than this, so that sums stay far from the end of a 64-bit number.
const MOST: u64 = 1 << 40;

/// What a sighting is about.
pub(crate) type SightingKey = (String, String, Option<CredentialNo>, Seen);

/// What a report is about.
pub(crate) type ReportKey = (String, String, CredentialNo);

/// The key under which sightings merge.
pub(crate) fn sighting_key(sighting: &Sighting) -> SightingKey {
    (sighting.consumer.clone(), sighting.instance.clone(), sighting.credential, sighting.seen)
}

/// The key under which reports add up.
pub(crate) fn report_key(report: &Report) -> ReportKey {
    (report.consumer.clone(), report.instance.clone(), report.credential)
}

/// Keeps the newest `last` and the latest `lease_until`; a holding without a lease stays one.
pub(crate) fn merge(known: &mut Sighting, seen: &Sighting) {
    known.last = known.last.max(seen.last);
    known.lease_until = known.lease_until.zip(seen.lease_until).map(|(known, seen)| known.max(seen));
}

/// By how much leases are put off when consumers are served again at `now`: the time since `last` in which nobody was
/// there, if it is more than `span`.
pub(crate) fn silence(last: Option<Timestamp>, now: Timestamp, awake: Duration, span: Duration) -> Duration {
    let silent = last.map_or(Duration::ZERO, |last| now.since(last)).saturating_sub(awake);
    if silent > span { silent } else { Duration::ZERO }
}

/// The report with its counts cut to what may be added at once.
pub(crate) fn bounded(report: &Report) -> Report {
    Report { ok: report.ok.min(MOST), refused: report.refused.min(MOST), ..report.clone() }
}
