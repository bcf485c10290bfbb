//! What must hold in every cell: no orphan, no dead current key, no lost value, and an end.

use std::time::Duration;

use keybaton_core::{
    ledger::{AlertKind, Far, Ledger},
    rotation::{Cause, HoldReason},
    sheet::Chooser,
};
use keybaton_ports::{Store, Verified, Wanted};
use keybaton_testkit::fault::Injected;
use keybaton_types::{IssuedId, Outcome};

use super::{
    cell::{Cell, Trouble},
    scenario::Scenario,
};
use crate::world::{End, Mood, World};

/// At every moment: what consumers are served works, and so does what the ledger calls current.
pub(super) async fn always(cell: Cell, world: &World) {
    let ledger = world.snapshot().await.ledger;
    let current = ledger.current_credential().unwrap();
    assert!(world.works(&ledger, current.no).await, "{cell:?}: the current key is dead: {ledger:#?}");
    let served = world.served().await.unwrap();
    assert!(world.works(&ledger, served).await, "{cell:?}: the vault serves a dead key: {ledger:#?}");
    let condemned = ledger.credential(served).is_some_and(|served| served.condemned);
    assert!(!condemned, "{cell:?}: the vault serves a condemned key: {ledger:#?}");
}

/// After the end.
pub(super) async fn after(cell: Cell, world: &mut World, end: &End) {
    world.time.advance(cell.sheet.propagation + Duration::from_secs(1)).await;
    let ledger = world.snapshot().await.ledger;
    let left_over = matches!(end, End::Held(HoldReason::SlotsFull(_))) && cell.may_leave_one_over();
    assert!(*end == cell.scenario.end() || left_over, "{cell:?}: {end:?}: {ledger:#?}");
    always(cell, world).await;
    values(cell, world, &ledger).await;
    let doubled = orphans(cell, world, &ledger);
    match end {
        End::Over(_) => over(cell, world).await,
        End::Held(_) => held(cell, world).await,
        End::Nowhere(_) => panic!("{cell:?}: no end"),
    }
    assert!(matches!(world.memory.audit_verify(None).await.unwrap(), Verified::Whole { .. }));
    outages(cell, world);
    if doubled && matches!(end, End::Over(_)) && cell.sheet.listing {
        next_sweeps(cell, world).await;
    }
}

/// The next rotation begins with the list, and destroys what nobody could know of.
async fn next_sweeps(cell: Cell, world: &mut World) {
    world.gate.be(Mood::Honest);
    world.crew.refused.clear();
    world.crew.workers.iter_mut().for_each(|worker| worker.stuck = false);
    world.ask(Wanted::Rotate(Cause::Leaked)).await;
    let end = world.run(async |_: &mut World| {}).await;
    assert_eq!((end, world.live().len()), (End::Over(Outcome::Done), 1), "{cell:?}: the orphan is still there");
}

/// Every value that may still be needed opens, and is what the issuer accepts.
async fn values(cell: Cell, world: &World, ledger: &Ledger) {
    for credential in ledger.live().filter(|c| !c.condemned && c.far == Far::Active) {
        assert!(world.accepts(credential.no).await, "{cell:?}: the value of {} is lost: {ledger:#?}", credential.no);
    }
}

/// Consumers were never left without a key, but those that were cut off by force.
fn outages(cell: Cell, world: &World) {
    let cut = matches!(cell.scenario, Scenario::Emergency | Scenario::Forced | Scenario::RevokedAtMax);
    assert_eq!(world.crew.outages, 0, "{cell:?}");
    assert!(cut || world.crew.cut_off == 0, "{cell:?}");
}

/// Every key of ours that lives is one that the ledger knows to live. One that nobody could know of is swept by the next
/// rotation where the issuer lists, and an alert tells of it where it does not. Tells whether there is such a one.
fn orphans(cell: Cell, world: &World, ledger: &Ledger) -> bool {
    let unknown = |ledger: &Ledger, world: &World| -> Vec<IssuedId> {
        let known: Vec<&IssuedId> = ledger.live().filter_map(|c| c.issued.as_ref()).collect();
        world.live().into_iter().map(|c| c.id).filter(|id| !known.contains(&id)).collect()
    };
    let left = unknown(ledger, world);
    if left.is_empty() {
        return false;
    }
    let told = ledger.alerts.iter().any(|alert| alert.kind == AlertKind::PossibleOrphan);
    assert!(cell.is_doubled() || !cell.sheet.listing && told, "{cell:?}: orphans {left:?}: {ledger:#?}");
    true
}

async fn over(cell: Cell, world: &World) {
    let ledger = world.snapshot().await.ledger;
    let current = ledger.current_credential().unwrap();
    let live: Vec<_> = ledger.live().map(|c| c.no).collect();
    assert_eq!(live, [current.no], "{cell:?}: {ledger:#?}");
    assert_eq!(world.served().await, Some(current.no), "{cell:?}");
    let unsettled = ledger.credentials.iter().filter(|c| c.condemned && c.far != Far::Destroyed).count();
    assert_eq!(unsettled, 0, "{cell:?}: {ledger:#?}");
}

/// Both keys live, and an alert is open.
pub(super) async fn held(cell: Cell, world: &World) {
    let ledger = world.snapshot().await.ledger;
    assert!(ledger.alerts.iter().any(|alert| alert.kind == AlertKind::Held), "{cell:?}: {ledger:#?}");
    assert_eq!(world.live().len().min(2), 2, "{cell:?}: {ledger:#?}");
}

impl Cell {
    /// Whether a create that was lost leaves a key that nobody can find, in the last place that there was.
    fn may_leave_one_over(self) -> bool {
        self.scenario == Scenario::SlotsFull && !self.sheet.listing && self.sheet.chooser == Chooser::Issuer
    }

    /// Whether the network delivered a create twice that makes a new key each time.
    fn is_doubled(self) -> bool {
        matches!(self.trouble, Trouble::Call(_, Injected::Duplicate)) && self.sheet.chooser == Chooser::Issuer
    }
}
