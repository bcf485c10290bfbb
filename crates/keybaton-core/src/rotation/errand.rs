//! An errand: what only a person can do at the service, to make a key or to delete one. The rotation is parked
//! meanwhile, reminds, and says when it is late; nothing ends by that, because both keys are safe.

use keybaton_types::Timestamp;

use super::{Hold, HoldReason, Transition, span, turn::Turn};
use crate::{ledger::AlertKind, sheet::Errand};

impl Turn<'_> {
    /// Parks the rotation until a person has done it, and looks by itself at `look` at the latest.
    pub(super) fn errand(mut self, reason: HoldReason, look: Option<Timestamp>) -> Transition {
        let Some(errand) = self.facts.sheet.chooser.errand() else { return self.hold(reason) };
        self.tell(reason);
        let again = self.rotation.times.told.unwrap_or(self.now()) + errand.remind;
        let deadline = Some(self.late(errand)).filter(|&at| at > self.now());
        let at = [look, deadline].into_iter().flatten().fold(again, Timestamp::min);
        self.wait(at)
    }

    /// Parks the rotation, and tells a person: when it is new, when a reminder is due, and when it has become late.
    pub(super) fn tell(&mut self, reason: HoldReason) {
        let Some(errand) = self.facts.sheet.chooser.errand() else { return self.park(reason) };
        let (now, late) = (self.now(), self.late(errand));
        let told = self.rotation.times.told.filter(|_| self.is_on_errand());
        let since = self.rotation.hold.as_ref().filter(|_| told.is_some()).map_or(now, |hold| hold.since);
        let text = self.text(&reason, late, told);
        self.rotation.hold = Some(Hold { reason, since });
        if now >= late && !self.is_raised(AlertKind::PersonLate) {
            self.alert(AlertKind::PersonLate, text.clone());
        }
        if told.is_none_or(|at| now >= at + errand.remind) {
            self.alert(AlertKind::Held, text);
            self.rotation.times.told = Some(now);
        }
    }

    /// When it is late.
    fn late(&self, errand: Errand) -> Timestamp {
        self.rotation.times.since.unwrap_or(self.now()) + errand.deadline
    }

    /// Whether it is parked for an errand.
    pub(super) fn is_on_errand(&self) -> bool {
        self.rotation.hold.as_ref().is_some_and(|hold| hold.reason.errand().is_some())
    }

    /// What the alert says: what to do, how long it has been asked for, and whether it is late.
    fn text(&self, reason: &HoldReason, late: Timestamp, told: Option<Timestamp>) -> String {
        let (now, what) = (self.now(), reason.errand().unwrap_or_default());
        let asked = span::brief(now.since(self.rotation.times.since.unwrap_or(now)));
        match (told, now >= late) {
            (_, true) => format!("{reason}: {what} (asked for {asked} ago; the deadline is over)"),
            (Some(_), false) => format!("{reason}: {what} (asked for {asked} ago; a reminder)"),
            (None, false) => format!("{reason}: {what}"),
        }
    }
}
