//! An issuer under test, with what the suite needs around it.

use std::time::Duration;

use keybaton_core::answer::Life;
use keybaton_core::sheet::Chooser;
use keybaton_ports::{Create, Created, Issuer, Listed, Presented, Probe, Verdict};
use keybaton_seal::{Alphabet, SecretValue, draw};
use keybaton_types::{Installation, IssuedId, Label, OpSeq, SecretId};

/// An issuer under test, with what the suite needs around it. A fresh one is made for every clause.
pub struct Subject {
    /// The issuer.
    pub issuer: Box<dyn Issuer>,
    /// A probe of the same service.
    pub probe: Box<dyn Probe>,
    /// Lets time pass for the service: moves a fake's clock, or waits. It is called with the propagation alone.
    pub pass: Box<dyn Fn(Duration) + Send + Sync>,
    /// The same issuer with a wrong credential of keybaton's own.
    pub wrong_credential: Box<dyn Issuer>,
    /// The same issuer at an address where nobody listens.
    pub unreachable: Box<dyn Issuer>,
}

/// A credential that the suite has made.
pub(super) struct Made {
    pub(super) id: IssuedId,
    pub(super) value: SecretValue,
    pub(super) label: Label,
}

impl Subject {
    pub(super) fn secret() -> SecretId {
        SecretId::new("contract", "test").expect("a name")
    }

    pub(super) fn label(seq: u64) -> Label {
        Label::new(&Installation("c0ffee".to_owned()), &Self::secret(), OpSeq(seq))
    }

    /// Makes a credential and lets it propagate.
    pub(super) async fn make(&self, seq: u64, taken: &[&Made]) -> Made {
        let ours = self.chosen();
        let created = self.create(seq, ours.as_ref(), taken).await;
        let value = ours.or(created.value).expect("a value, from one side or the other");
        self.settle();
        Made { id: created.id, value, label: Self::label(seq) }
    }

    pub(super) async fn create(&self, seq: u64, value: Option<&SecretValue>, taken: &[&Made]) -> Created {
        let taken: Vec<IssuedId> = taken.iter().map(|made| made.id.clone()).collect();
        let (secret, label) = (Self::secret(), Self::label(seq));
        let called = self.issuer.create(Create { secret: &secret, label: &label, value, taken: &taken }).await;
        called.unwrap_or_else(|fault| panic!("create: {fault}"))
    }

    /// A value, where we choose it.
    pub(super) fn chosen(&self) -> Option<SecretValue> {
        let traits = self.issuer.traits();
        let drawn = || draw(&Alphabet::ALPHANUMERIC, traits.draw.len).expect("draw a value");
        (traits.chooser == Chooser::Us).then(drawn)
    }

    pub(super) async fn verdict(&self, made: &Made) -> Verdict {
        let secret = Self::secret();
        let presented = Presented { secret: &secret, id: &made.id, value: &made.value };
        self.probe.probe(presented).await.unwrap_or_else(|fault| panic!("probe: {fault}"))
    }

    pub(super) async fn destroy(&self, made: &Made) {
        self.issuer.destroy(&made.id).await.unwrap_or_else(|fault| panic!("destroy: {fault}"));
        self.settle();
    }

    /// How the list shows a credential; `None` where there is no list.
    pub(super) async fn life(&self, made: &Made) -> Option<Life> {
        let list = self.list().await?;
        let found = list.iter().find(|listed| listed.id == made.id);
        Some(found.map_or(Life::Gone, |listed| if listed.enabled == Some(false) { Life::Off } else { Life::On }))
    }

    pub(super) async fn list(&self) -> Option<Vec<Listed>> {
        let called = self.issuer.listing()?.list().await;
        Some(called.unwrap_or_else(|fault| panic!("list: {fault}")))
    }

    /// Whether an entry of the list is this credential: by its label, and where the issuer keeps none, by its id.
    pub(super) fn names(&self, listed: &Listed, made: &Made) -> bool {
        let labelled = listed.label.as_ref() == Some(&made.label.0);
        labelled || self.issuer.recognising().is_some() && listed.id == made.id
    }

    pub(super) fn settle(&self) {
        (self.pass)(self.issuer.traits().propagation);
    }
}
