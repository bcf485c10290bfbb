//! The contract of a vault that keeps values in a place of its own, beyond that of every vault: what others do there, and
//! what can be wrong with it. Each trouble is made at the real service, and each has to be survived.

use std::pin::Pin;
use std::sync::Arc;

use keybaton_core::sheet::Fencing;
use keybaton_ports::{Blame, Certainty, Fault, Home, Seen, Vault};

use super::vault_subject::{VaultSubject, Written};

const A: Written = Written { version: 1, seq: 1, value: "value-a-91c4b7d0e3aa" };
const B: Written = Written { version: 2, seq: 2, value: "value-b-5d20fe6c8817" };
const AGAIN: Written = Written { version: 2, seq: 9, value: B.value };

/// The value of somebody else.
const THEIRS: &str = "worth-of-a-stranger";

/// More requests than any call has.
const MOST: usize = 10;

/// Something that is done, and takes its time.
pub type Deed = Box<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// What a way for a connector to the service gives: the vault through it, and whether it was tampered with yet.
pub type Tampered = Pin<Box<dyn Future<Output = (Arc<dyn Vault>, Box<dyn Fn() -> bool + Send>)> + Send>>;

/// A vault under test at a service that others use too.
pub struct ExternalSubject {
    /// What every vault is tested with; its stranger is needed.
    pub vault: VaultSubject,
    /// The same vault, where somebody writes this just before its request of that number (from zero) arrives.
    pub tampered: Box<dyn Fn(usize, &'static str) -> Tampered + Send + Sync>,
    /// What can be taken away there; after each of them nothing is served.
    pub erasures: Vec<(&'static str, Deed)>,
    /// What can be wrong with it.
    pub troubles: Vec<Trouble>,
}

/// Something that is wrong for a while.
pub struct Trouble {
    /// What it is.
    pub what: &'static str,
    /// The vault that meets it; the subject's own where there is none.
    pub vault: Option<Arc<dyn Vault>>,
    /// Begins it.
    pub begin: Deed,
    /// Ends it.
    pub end: Deed,
    /// Whose fault it is said to be.
    pub blame: Blame,
    /// Whether a write is certain not to have happened.
    pub certainty: Certainty,
    /// Whether the vault can be read meanwhile.
    pub readable: Readable,
}

/// Whether a vault can be read while something is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readable {
    /// It can.
    Yes,
    /// It cannot.
    No,
}

/// Checks what holds at every external vault, each clause with a subject of its own.
pub async fn external_vault_contract(make: impl AsyncFn() -> ExternalSubject) {
    it_is_kept_elsewhere(&make().await);
    a_write_of_a_stranger_in_between_is_never_lost(&make).await;
    what_was_erased_is_nothing_and_is_written_anew(&make).await;
    a_trouble_is_named_and_survived(&make).await;
}

fn it_is_kept_elsewhere(subject: &ExternalSubject) {
    assert_eq!(subject.vault.vault.home(), Home::Elsewhere, "others may write there");
    assert!(!subject.vault.vault.traits().timeout.is_zero(), "a call there takes time");
}

/// Whenever the stranger comes: either our write was there before, or it is refused and theirs stays. Where ours cannot be
/// refused, theirs is what is shown afterwards.
async fn a_write_of_a_stranger_in_between_is_never_lost(make: &impl AsyncFn() -> ExternalSubject) {
    let mut refused = 0;
    for request in 0..MOST {
        let subject = make().await;
        subject.vault.publish(A).await;
        let (vault, was_tampered) = (subject.tampered)(request, THEIRS).await;
        let ended = VaultSubject::follow(&*vault, B).await;
        if !was_tampered() {
            ended.unwrap_or_else(|fault| panic!("nobody was in the way: {fault}"));
            subject.vault.serves(B, "what was written is served").await;
            continue;
        }
        // A vault that takes every write cannot keep the stranger out; it has to say that there was one.
        if subject.vault.vault.fencing() == Fencing::Unfenced && ended.is_ok() {
            assert_theirs(&subject.vault, request).await;
            continue;
        }
        let fault = ended.expect_err("the stranger came first");
        assert_eq!((fault.blame, fault.certainty), (Blame::Rejected, Certainty::Refused), "{request}: {fault}");
        assert_theirs(&subject.vault, request).await;
        refused += 1;
    }
    assert!(refused > 0, "a stranger can come in between");
}

async fn assert_theirs(subject: &VaultSubject, request: usize) {
    match VaultSubject::served(&*subject.vault).await {
        Seen::Value(value) => assert!(value.is(THEIRS.as_bytes()), "{request}: the stranger's value is served"),
        Seen::Version(_) | Seen::Nothing => panic!("{request}: the stranger's value was lost"),
    }
    let again = VaultSubject::follow(&*subject.vault, AGAIN).await;
    assert!(again.is_err(), "{request}: and it is not overwritten later");
}

async fn what_was_erased_is_nothing_and_is_written_anew(make: &impl AsyncFn() -> ExternalSubject) {
    for kind in 0..make().await.erasures.len() {
        let subject = make().await;
        let (what, erase) = &subject.erasures[kind];
        subject.vault.publish(A).await;
        erase().await;
        assert!(
            matches!(VaultSubject::served(&*subject.vault.vault).await, Seen::Nothing),
            "{what}: nothing is served"
        );
        let written = VaultSubject::follow(&*subject.vault.vault, B).await;
        written.unwrap_or_else(|fault| panic!("{what}: it is written anew: {fault}"));
        subject.vault.serves(B, what).await;
    }
}

async fn a_trouble_is_named_and_survived(make: &impl AsyncFn() -> ExternalSubject) {
    for kind in 0..make().await.troubles.len() {
        let subject = make().await;
        let trouble = &subject.troubles[kind];
        let (what, own) = (trouble.what, &subject.vault);
        own.publish(A).await;
        (trouble.begin)().await;
        let vault = trouble.vault.as_ref().unwrap_or(&own.vault);
        let fault = VaultSubject::follow(&**vault, B).await.expect_err(what);
        assert_named(trouble, &fault);
        let seen = vault.served(&VaultSubject::secret()).await;
        assert_eq!(seen.is_ok(), trouble.readable == Readable::Yes, "{what}: {:?}", seen.err());
        (trouble.end)().await;
        let serves_old = match VaultSubject::served(&*own.vault).await {
            Seen::Version(version) => version.0 == A.version,
            Seen::Value(value) => value.is(A.value.as_bytes()),
            Seen::Nothing => false,
        };
        assert!(serves_old || fault.certainty == Certainty::Unknown, "{what}: the old value stays");
        let written = VaultSubject::follow(&**vault, AGAIN).await;
        written.unwrap_or_else(|fault| panic!("{what}: it works again when that is over: {fault}"));
        own.serves(AGAIN, what).await;
    }
}

fn assert_named(trouble: &Trouble, fault: &Fault) {
    let what = trouble.what;
    assert_eq!((fault.blame, fault.certainty), (trouble.blame, trouble.certainty), "{what}: {fault}");
    assert!(!fault.to_string().contains(B.value), "{what}: the value is not in the words");
}
