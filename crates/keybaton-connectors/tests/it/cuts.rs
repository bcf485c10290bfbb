//! Calls that are cut at every message, and servers that do not answer: what is said of the effect is true.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::sync::Arc;

use keybaton_ports::{Blame, Certainty, Fault, Issuer, Presented, Probe, Verdict};
use keybaton_seal::SecretValue;
use keybaton_types::IssuedId;

use crate::bench::{Bench, create, drawn, secret};
use crate::cutting::{Cutting, Lost};

/// A server with a connector that reaches it directly.
pub(crate) struct Cuts<'a> {
    /// The connector.
    pub(crate) bench: &'a Bench,
    /// The server's port.
    pub(crate) server: u16,
    /// More messages than any call has.
    pub(crate) most: usize,
    /// The same issuer through another port.
    pub(crate) through: &'a dyn Fn(u16) -> Arc<dyn Issuer>,
}

/// How many calls failed, and of how many nobody knows how they ended.
#[derive(Default)]
pub(crate) struct Failed {
    pub(crate) unknown: usize,
    pub(crate) all: usize,
}

impl Cuts<'_> {
    /// Cuts a create everywhere, and does it again: it is one credential.
    pub(crate) async fn creates(&self) -> Failed {
        let Self { bench, .. } = self;
        let mut failed = Failed::default();
        for (lost, message) in self.everywhere() {
            let (network, value, at) = (self.network(lost, message).await, drawn(), format!("{lost:?} {message}"));
            let outcome = create(&*(self.through)(network.port), 1, &value, &[]).await;
            let happened = bench.recognised(&value).await.is_some();
            match outcome {
                Ok(_) => assert!(happened, "{at}: it was said to be done"),
                Err(fault) => {
                    assert!(network.was_cut());
                    assert_true(&fault, happened, &at);
                    failed.unknown += usize::from(fault.certainty == Certainty::Unknown);
                    failed.all += 1;
                }
            }
            let again = create(&*bench.issuer, 1, &value, &[]).await.unwrap().id;
            assert_eq!(bench.ids().await, std::slice::from_ref(&again), "{at}");
            assert_eq!(bench.verdict(&again, &value).await, Verdict::Accepted);
            bench.issuer.destroy(&again).await.unwrap();
        }
        failed
    }

    /// Cuts a destroy everywhere, and does it again: that is success.
    pub(crate) async fn destroys(&self) {
        let Self { bench, .. } = self;
        for (lost, message) in self.everywhere() {
            let (id, value) = bench.create(1, &[]).await;
            let (network, at) = (self.network(lost, message).await, format!("{lost:?} {message}"));
            let outcome = (self.through)(network.port).destroy(&id).await;
            let happened = bench.recognised(&value).await.is_none();
            match outcome {
                Ok(()) => assert!(happened, "{at}: it was said to be done"),
                Err(fault) => assert_true(&fault, happened, &at),
            }
            bench.issuer.destroy(&id).await.unwrap();
            assert_eq!(bench.verdict(&id, &value).await, Verdict::Refused);
        }
    }

    fn everywhere(&self) -> impl Iterator<Item = (Lost, usize)> {
        let most = self.most;
        [Lost::Message, Lost::Answer].into_iter().flat_map(move |lost| (0..most).map(move |message| (lost, message)))
    }

    async fn network(&self, lost: Lost, message: usize) -> Cutting {
        Cutting::at(self.server, message, lost).await
    }
}

/// What may be said after a call that was cut, when this is what became of it.
fn assert_true(fault: &Fault, happened: bool, at: &str) {
    assert_eq!(fault.blame, Blame::Transient, "{at}: {fault}");
    assert!(!happened || fault.certainty == Certainty::Unknown, "{at}: it happened, but {fault}");
}

/// A create and a destroy without much time, at a server that is frozen, were sent nothing.
pub(crate) async fn assert_not_sent(hasty: &dyn Issuer, freeze: impl FnOnce(), thaw: impl FnOnce()) {
    freeze();
    let created = create(hasty, 1, &drawn(), &[]).await.err().unwrap();
    let destroyed = hasty.destroy(&IssuedId::from("app:0000000000000000")).await.unwrap_err();
    thaw();
    for fault in [created, destroyed] {
        assert_eq!((fault.blame, fault.certainty), (Blame::Transient, Certainty::NotSent), "{fault}");
    }
}

/// A probe without an answer says nothing of the credential, and one that reaches nobody was sent nothing.
pub(crate) async fn assert_inconclusive(
    server: u16,
    through: &dyn Fn(u16) -> Arc<dyn Probe>,
    (id, value): (&IssuedId, &SecretValue),
) {
    let secret = secret();
    for (lost, message) in [(Lost::Message, 0), (Lost::Message, 1), (Lost::Answer, 0), (Lost::Answer, 1)] {
        let network = Cutting::at(server, message, lost).await;
        let outcome = through(network.port).probe(Presented { secret: &secret, id, value }).await;
        assert_eq!(outcome.unwrap_err().blame, Blame::Transient);
    }
    let nobody = through(1).probe(Presented { secret: &secret, id, value }).await;
    assert_eq!(nobody.unwrap_err().certainty, Certainty::NotSent);
}
