//! A person at a service without an API: makes the key that is asked for, and deletes the one that is condemned.

use keybaton_core::rotation::{HoldReason, Request, State};
use keybaton_ports::{Adoption, Operations, Proof, Sharing, VaultUse, Wanted};
use keybaton_types::{CredentialNo, IssuedId};

use super::{World, value};

impl World {
    /// Does what the rotation asks a person for, if it does.
    pub(crate) async fn run_errand(&self) {
        let snapshot = self.snapshot().await;
        let Some(rotation) = snapshot.ledger.rotation.filter(|_| snapshot.asks.is_empty()) else { return };
        match (rotation.hold.map(|hold| hold.reason), rotation.new, rotation.state) {
            (Some(HoldReason::AwaitsKey(_)), Some(no), _) => self.hand_over(no).await,
            (Some(HoldReason::AwaitsDeletion(_)), _, State::Revoking(way) | State::Confirming(way, _)) => {
                let loser = if way == keybaton_core::rotation::Way::Forward { rotation.old } else { rotation.new };
                let row = snapshot.ledger.credentials.into_iter().find(|row| Some(row.no) == loser);
                self.issuer.delete(&row.and_then(|row| row.issued).unwrap());
                self.ask(Wanted::Of(Request::Resume)).await;
            }
            _ => {}
        }
    }

    async fn hand_over(&self, no: CredentialNo) {
        let (id, text) = (IssuedId(format!("by-hand-{no}")), format!("made by hand {no}"));
        if self.issuer.all().iter().all(|key| key.id != id) {
            self.issuer.plant(&id.0, value(&text));
        }
        let adoption = Adoption {
            secret: self.secret.clone(),
            id: Some(id),
            value: value(&text),
            proof: Proof::Waived,
            vault: VaultUse::Compare,
            sharing: Sharing::Refused,
            by: "ann".to_owned(),
        };
        self.local().adopt(adoption).await.unwrap();
    }
}
