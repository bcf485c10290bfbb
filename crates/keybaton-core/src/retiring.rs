//! What is about to be revoked: holders are told to erase it before the revoke, not after (R5).

use keybaton_types::CredentialNo;

use crate::{
    facts::Facts,
    gate::{self, Wait},
    rotation::{Cause, HoldReason, Rotation, State, Way},
};

/// The credential that nothing keeps alive any more but those who still have it: time and watch are satisfied, or it is an
/// emergency. From the disable on it stays so; what is condemned is said elsewhere.
pub fn retiring(facts: &Facts<'_>) -> Option<CredentialNo> {
    let rotation = facts.ledger.rotation.as_ref()?;
    match rotation.state {
        State::Draining(way) if is_ripe(rotation, facts, way) => rotation.loser(way),
        State::Disabling | State::Watching => rotation.loser(Way::Forward),
        State::Draining(_)
        | State::Minting(_)
        | State::Proving { .. }
        | State::Publishing { .. }
        | State::Enabling(_)
        | State::Revoking(_)
        | State::Confirming(..)
        | State::Ended(_) => None,
    }
}

/// A hold in which a person may want to go back keeps both credentials in hand.
fn is_ripe(rotation: &Rotation, facts: &Facts<'_>, way: Way) -> bool {
    let free = rotation.hold.as_ref().is_none_or(|hold| hold.reason == HoldReason::Straggler);
    let pressing = rotation.cause == Cause::Leaked && way == Way::Forward;
    free && (pressing || gate::evaluate(rotation, facts, way).waits.iter().all(Wait::is_evidence))
}
