//! The verdict of the demo, as a document and in words.

use std::time::Duration;

use keybaton_types::Outcome;
use serde::Serialize;

use crate::report::table;

/// `keybaton/demo/v1`.
#[derive(Debug, Serialize)]
pub(crate) struct Verdict {
    schema: &'static str,
    /// Whether every act ended as it must, and no call of a user failed.
    pub(crate) ok: bool,
    acts: Vec<Played>,
    seconds: f64,
}

/// How an act went.
#[derive(Debug, Serialize)]
pub(super) struct Played {
    pub(super) act: &'static str,
    pub(super) outcome: Outcome,
    pub(super) as_expected: bool,
    /// Calls that users of the consumers saw succeed.
    pub(super) requests: u64,
    /// Calls that users of the consumers saw fail.
    pub(super) failed: u64,
    /// Calls that were refused with the new key and repeated with the last one that worked.
    pub(super) repeated: u64,
    /// How long the straggler held back the revoke.
    pub(super) held_back_seconds: Option<f64>,
    /// Keys that are alive at the issuer afterwards.
    pub(super) live_keys: usize,
    pub(super) seconds: f64,
}

impl Played {
    fn is_ok(&self) -> bool {
        self.as_expected && self.failed == 0 && self.requests > 0 && self.live_keys == 1
    }
}

impl Verdict {
    pub(super) fn new(acts: Vec<Played>, span: Duration) -> Self {
        let held_back = acts.iter().any(|act| act.held_back_seconds.is_some());
        let attributed = acts.iter().filter(|act| act.outcome == Outcome::RolledBack).all(|act| act.repeated >= 10);
        let ok = acts.iter().all(Played::is_ok) && held_back && attributed;
        Self { schema: "keybaton/demo/v1", ok, acts, seconds: span.as_secs_f64() }
    }

    /// The verdict in words.
    pub(crate) fn text(&self) -> String {
        let head = ["ACT", "OUTCOME", "CALLS", "FAILED", "REPEATED", "KEYS LEFT", "SECONDS"];
        let rows: Vec<Vec<String>> = self.acts.iter().map(row).collect();
        let failed: u64 = self.acts.iter().map(|act| act.failed).sum();
        let verdict = if self.ok { "✓ verdict: ok" } else { "✗ verdict: not ok" };
        let seconds = self.seconds;
        format!(
            "\n{}\n\n{verdict}: {failed} calls failed because of a rotation, in {seconds:.0} seconds.",
            table(&head, &rows)
        )
    }
}

fn row(act: &Played) -> Vec<String> {
    vec![
        act.act.to_owned(),
        act.outcome.to_string(),
        act.requests.to_string(),
        act.failed.to_string(),
        act.repeated.to_string(),
        act.live_keys.to_string(),
        format!("{:.0}", act.seconds),
    ]
}
