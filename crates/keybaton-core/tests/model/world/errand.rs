//! A person at the service: makes a key and hands it over, deletes a condemned one, or does neither.

use keybaton_core::{
    answer::{Answer, Blame, Found, Why},
    rotation::{Aim, Effect, HoldReason, Mint, Rotation, State},
};
use keybaton_types::{CredentialNo, IssuedId};

use super::{
    World,
    action::Action,
    issuer::Value,
    setting::{Flaw, Setting},
};

/// A key that was handed over: for which credential, the issuer's id, and the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Handed {
    pub(crate) no: CredentialNo,
    pub(crate) id: u8,
    pub(crate) value: Value,
}

impl World {
    /// What a person could do now.
    pub(crate) fn errands(&self, setting: &Setting, menu: &mut Vec<Action>) {
        let by_hand = setting.sheet.chooser.errand().is_some();
        let Some(rotation) = self.ledger.rotation.as_ref().filter(|_| by_hand) else { return };
        let asks = matches!(rotation.state, State::Minting(Mint::Looking(Aim::Create) | Mint::Creating));
        if asks && self.reserved(rotation).is_some_and(|no| self.handed(no).is_none()) {
            menu.push(Action::Hand);
        }
        let deletes = matches!(rotation.hold.as_ref().map(|hold| &hold.reason), Some(HoldReason::AwaitsDeletion(_)));
        if deletes && self.condemned_key().is_some() {
            menu.push(Action::Delete);
        }
    }

    /// A person makes a key and hands it over: the row, and the request that wakes the rotation, in one transaction.
    pub(crate) fn hand(&mut self, setting: &Setting) {
        let Some(no) = self.ledger.rotation.as_ref().and_then(|rotation| self.reserved(rotation)) else { return };
        let old = self.runners().0.filter(|_| setting.flaw == Flaw::OldKeyHanded);
        let id = old.map_or_else(|| self.create(setting, None, None), |old| old.0);
        self.drawer.push(Handed { no, id, value: Value(id) });
    }

    /// A person deletes the condemned key.
    pub(crate) fn delete(&mut self) {
        if let Some(id) = self.condemned_key() {
            self.destroy(id);
        }
    }

    /// How a create or a destroy ends that only a person can carry out.
    pub(crate) fn by_hand(&self, setting: &Setting, effect: &Effect) -> Answer {
        let person = || Answer::NotSent(Why::new(Blame::Person, "do it there"));
        let Effect::Create { credential, .. } = effect else { return person() };
        let any = self.drawer.first().filter(|_| setting.flaw == Flaw::AnyHandedRow);
        let found = any.copied().or_else(|| self.handed(*credential));
        found.map_or_else(person, |found| Answer::Done(Found::Created(IssuedId(found.id.to_string()))))
    }

    /// What a commit does with the drawer: what it took is gone, and what a rotation has left over when it ends.
    pub(crate) fn empty_drawer(&mut self, setting: &Setting) {
        if setting.flaw == Flaw::AnyHandedRow {
            return;
        }
        if self.ledger.rotation.is_none() {
            self.drawer.clear();
        }
        let ledger = &self.ledger;
        self.drawer.retain(|row| ledger.credential(row.no).is_none_or(|credential| credential.issued.is_none()));
    }

    /// The value that was handed over under this id.
    pub(crate) fn handed_value(&self, id: u8) -> Option<Value> {
        self.drawer.iter().find(|row| row.id == id).map(|row| row.value)
    }

    fn handed(&self, no: CredentialNo) -> Option<Handed> {
        self.drawer.iter().find(|row| row.no == no).copied()
    }

    /// The number that is kept for B until it is handed over.
    fn reserved(&self, rotation: &Rotation) -> Option<CredentialNo> {
        let unborn = |no: &CredentialNo| self.ledger.credential(*no).is_some_and(|c| c.issued.is_none());
        rotation.new.filter(unborn)
    }

    /// Whether a person may say that it is done: where a probe can tell, even when it is not.
    pub(crate) fn may_say_so(&self) -> bool {
        let condemned = self.condemned_key().and_then(|id| self.issuer.keys.iter().find(|key| key.id == id));
        condemned.is_none_or(|key| self.issuer.accepts(key.value))
    }

    /// Whether a key is waited for to be deleted by a person: from then on a refusal cannot be told from a deletion.
    pub(crate) fn dies_by_hand(&self, setting: &Setting) -> bool {
        let past = self.ledger.rotation.as_ref().is_some_and(|rotation| rotation.state.is_past_return());
        past && setting.sheet.chooser.errand().is_some()
    }

    /// The key that a person is asked to delete, while it is there.
    fn condemned_key(&self) -> Option<u8> {
        let rotation = self.ledger.rotation.as_ref()?;
        let (State::Revoking(way) | State::Confirming(way, _)) = rotation.state else { return None };
        let value = self.value(rotation.loser(way)?)?;
        self.issuer.holds(value).map(|key| key.id)
    }
}
