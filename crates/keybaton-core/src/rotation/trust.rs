//! What becomes of a rotation when a person vouches for a restored database (R11). What it knows may be long over, and
//! the sightings that it went by are lost: the walk is taken up at a point where everything is proved anew, published
//! under a number that jumped, and drained with a new floor and a new watch.

use super::{Aim, Mint, State, Then, Way, Write, turn::Turn};
use crate::ledger::AlertKind;

/// Takes the walk up again. What the vault serves was adopted before, so it is the ledger's current credential; when it
/// is neither of the runners, it takes B's place.
pub(super) fn resume(turn: &mut Turn<'_>) {
    let rotation = &mut turn.rotation;
    let current = turn.facts.ledger.current_credential().map(|credential| credential.no);
    let is_back = current == rotation.old;
    if !is_back && !rotation.state.is_past_return() {
        rotation.new = current;
    }
    let checking =
        State::Publishing { way: Way::Back, write: Write::Checking, version: turn.facts.ledger.next_version };
    rotation.state = match rotation.state {
        State::Minting(Mint::Looking(Aim::Leave) | Mint::Sweeping(Aim::Leave) | Mint::Emptying) if is_back => {
            State::Minting(Mint::Looking(Aim::Leave))
        }
        State::Minting(_) if is_back => State::Minting(Mint::Looking(Aim::Create)),
        State::Publishing { way: Way::Back, .. } | State::Draining(Way::Back) => checking,
        State::Minting(_) | State::Proving { .. } | State::Publishing { .. } | State::Draining(Way::Forward) => {
            State::Proving { passes: 0, refusals: 0 }
        }
        State::Disabling | State::Watching | State::Enabling(_) if is_back => State::Enabling(Then::Back),
        State::Disabling | State::Watching | State::Enabling(Then::Drain) => State::Enabling(Then::Drain),
        State::Enabling(Then::Back) => State::Enabling(Then::Back),
        State::Revoking(_) | State::Confirming(..) | State::Ended(_) => rotation.state,
    };
    if matches!(rotation.state, State::Proving { .. }) {
        rotation.times.since = Some(turn.facts.now);
    }
    if !turn.facts.sheet.listing.has() {
        turn.alert(
            AlertKind::PossibleOrphan,
            "the state database was older than the world and the issuer has no list: look for keys of ours there",
        );
    }
}
