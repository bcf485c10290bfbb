//! The contract of a vault.

use keybaton_core::sheet::Fencing;
use keybaton_ports::{Archive, Blame, Certainty, Home, Numbered, Numbering, Seen, Slot};
use keybaton_seal::SecretValue;
use keybaton_types::{Installation, VersionNo};

use super::vault_subject::{VaultSubject, Written};

const A: Written = Written { version: 1, seq: 1, value: "value-a-4f9a81c77e52" };
const B: Written = Written { version: 2, seq: 2, value: "value-b-0a6d93b0c1ee" };

/// Checks everything that the engine relies on, each clause with a subject of its own; clauses about an ability that
/// the vault lacks are passed over. Panics with the first clause that does not hold.
pub async fn vault_contract(make: impl AsyncFn() -> VaultSubject) {
    nothing_is_served_before_the_first_write(&make().await).await;
    what_was_written_is_served_to_everybody(&make().await).await;
    the_same_write_again_does_no_harm(&make().await).await;
    a_later_write_replaces_the_earlier_one(&make().await).await;
    the_old_credential_can_come_back_under_a_new_number(&make().await).await;
    a_late_write_bounces_where_the_sheet_says_so(&make().await).await;
    a_strangers_value_is_told_from_ours(&make().await).await;
    a_write_that_was_cut_off_leaves_the_old_or_the_new(&make).await;
    earlier_versions_are_kept_where_it_says_so(&make().await).await;
    what_is_served_has_its_number_where_it_says_so(&make().await).await;
    what_is_dead_is_destroyed_where_it_says_so(&make().await).await;
    an_unreachable_vault_was_sent_nothing(&make().await).await;
}

async fn nothing_is_served_before_the_first_write(subject: &VaultSubject) {
    assert!(matches!(VaultSubject::served(&*subject.vault).await, Seen::Nothing), "nothing is served at first");
}

async fn what_was_written_is_served_to_everybody(subject: &VaultSubject) {
    subject.publish(A).await;
    subject.serves(A, "what was written is served").await;
}

async fn the_same_write_again_does_no_harm(subject: &VaultSubject) {
    subject.publish(A).await;
    subject.publish(A).await;
    VaultSubject::put(&*subject.again, A).await.unwrap_or_else(|fault| panic!("by another process: {fault}"));
    subject.serves(A, "the same publication again changes nothing").await;
}

async fn a_later_write_replaces_the_earlier_one(subject: &VaultSubject) {
    subject.publish(A).await;
    VaultSubject::put(&*subject.again, B).await.unwrap_or_else(|fault| panic!("publish: {fault}"));
    subject.serves(B, "the later version is served").await;
}

async fn the_old_credential_can_come_back_under_a_new_number(subject: &VaultSubject) {
    subject.publish(A).await;
    subject.publish(B).await;
    let back = Written { version: 3, seq: 3, ..A };
    subject.publish(back).await;
    subject.serves(back, "a rollback publishes the old value under a new number").await;
}

async fn a_late_write_bounces_where_the_sheet_says_so(subject: &VaultSubject) {
    subject.publish(B).await;
    let late = VaultSubject::put(&*subject.vault, A).await;
    if subject.vault.fencing() == Fencing::Fenced {
        let fault = late.expect_err("a late write bounces");
        assert_eq!(fault.certainty, Certainty::Refused, "{fault}");
        subject.serves(B, "a late write changes nothing").await;
    } else if let Err(fault) = late {
        assert_eq!(fault.certainty, Certainty::Refused, "what it sees to be late it may refuse: {fault}");
        subject.serves(B, "a late write that was refused changes nothing").await;
    } else {
        subject.serves(A, "the last write wins").await;
    }
}

async fn a_strangers_value_is_told_from_ours(subject: &VaultSubject) {
    let Some(stranger) = &subject.stranger else { return };
    subject.publish(A).await;
    stranger("worth-of-a-stranger");
    match VaultSubject::served(&*subject.vault).await {
        Seen::Value(value) => assert!(value.expose() == b"worth-of-a-stranger", "what is served is what is there"),
        Seen::Version(_) => panic!("a stranger's value is shown under a number of ours"),
        Seen::Nothing => panic!("a stranger's value is not seen"),
    }
    if is_guarded(subject) {
        let fault = VaultSubject::follow(&*subject.vault, B).await.expect_err("it is not overwritten");
        assert_eq!((fault.blame, fault.certainty), (Blame::Rejected, Certainty::Refused), "{fault}");
        assert!(
            matches!(VaultSubject::served(&*subject.vault).await, Seen::Value(value) if value.is(b"worth-of-a-stranger"))
        );
    }
    subject.publish(B).await;
    subject.serves(B, "and our next write replaces it where a person says so").await;
}

/// A number of ours is said of what we published, to whoever asks for this secret of this installation, and of nothing else.
async fn what_is_served_has_its_number_where_it_says_so(subject: &VaultSubject) {
    let Some(numbering) = subject.vault.numbering() else { return };
    assert!(numbered(numbering, &VaultSubject::installation()).await.is_none(), "nothing is served at first");
    for written in [A, B, Written { version: 3, seq: 3, ..A }] {
        subject.publish(written).await;
        let found = numbered(numbering, &VaultSubject::installation()).await.expect("what was written is served");
        assert_eq!(found.version, Some(VersionNo(written.version)), "the number is that of the publication");
        assert!(found.value.is(written.value.as_bytes()), "version {} is another value", written.version);
    }
    let theirs = numbered(numbering, &Installation("0thers".to_owned())).await.expect("it is there for everybody");
    assert_eq!(theirs.version, None, "another installation has no number of ours");
    let Some(stranger) = &subject.stranger else { return };
    stranger("worth-of-a-stranger");
    let found = numbered(numbering, &VaultSubject::installation()).await.expect("what a stranger wrote is served");
    assert_eq!(found.version, None, "a stranger's value has no number of ours");
    assert!(found.value.is(b"worth-of-a-stranger"), "what is served is what is there");
}

async fn numbered(numbering: &dyn Numbering, installation: &Installation) -> Option<Numbered> {
    let secret = VaultSubject::secret();
    let found = numbering.numbered(Slot { installation, secret: &secret }).await;
    found.unwrap_or_else(|fault| panic!("numbered: {fault}"))
}

/// What is dead is destroyed, and nothing else: neither what is served, nor what is alive.
async fn what_is_dead_is_destroyed_where_it_says_so(subject: &VaultSubject) {
    let (Some(tidying), Some(archive)) = (subject.vault.tidying(), subject.vault.archive()) else { return };
    let back = Written { version: 3, seq: 3, ..A };
    for written in [A, B, back] {
        subject.publish(written).await;
    }
    let (secret, installation) = (VaultSubject::secret(), VaultSubject::installation());
    let of = Slot { installation: &installation, secret: &secret };
    for dead in [B, B, A] {
        let count = earlier(archive, of, back, dead).await;
        let is_dead = |value: &SecretValue| value.is(dead.value.as_bytes());
        let destroyed = tidying.tidy(of, &is_dead).await.unwrap_or_else(|fault| panic!("tidy: {fault}"));
        assert_eq!(destroyed, count, "as many were destroyed as there were");
    }
    subject.serves(back, "what is served stays, dead or not").await;
    let numbers = archive.versions(of).await.unwrap_or_else(|fault| panic!("versions: {fault}"));
    assert_eq!(numbers, [VersionNo(back.version)], "the others are gone");
}

/// How many versions before the last one are kept and hold this value: not every vault keeps them all.
async fn earlier(archive: &dyn Archive, of: Slot<'_>, last: Written, dead: Written) -> usize {
    let mut count = 0;
    for number in archive.versions(of).await.unwrap_or_else(|fault| panic!("versions: {fault}")) {
        let kept = archive.version(of, number).await.unwrap_or_else(|fault| panic!("version: {fault}"));
        let is_dead = kept.is_some_and(|value| value.is(dead.value.as_bytes()));
        count += usize::from(is_dead && number.0 != last.version);
    }
    count
}

/// Whether it refuses by itself to replace what is not ours.
fn is_guarded(subject: &VaultSubject) -> bool {
    (subject.vault.fencing(), subject.vault.home()) == (Fencing::Fenced, Home::Elsewhere)
}

/// The call is dropped at every point at which it waits.
async fn a_write_that_was_cut_off_leaves_the_old_or_the_new(make: &impl AsyncFn() -> VaultSubject) {
    for polls in 0..8 {
        let subject = make().await;
        subject.publish(A).await;
        cut_off(VaultSubject::put(&*subject.vault, B), polls).await;
        let whole = match VaultSubject::served(&*subject.again).await {
            Seen::Version(version) => [A, B].iter().any(|written| written.version == version.0),
            Seen::Value(value) => [A, B].iter().any(|written| written.value.as_bytes() == value.expose()),
            Seen::Nothing => false,
        };
        assert!(whole, "a write that was cut off after {polls} polls left something else");
        VaultSubject::put(&*subject.again, B).await.unwrap_or_else(|fault| panic!("the same again: {fault}"));
        subject.serves(B, "the same write by another process completes it").await;
    }
}

async fn earlier_versions_are_kept_where_it_says_so(subject: &VaultSubject) {
    let Some(archive) = subject.vault.archive() else { return };
    subject.publish(A).await;
    subject.publish(B).await;
    let (secret, installation) = (VaultSubject::secret(), VaultSubject::installation());
    let of = Slot { installation: &installation, secret: &secret };
    for written in [A, B] {
        let kept = archive.version(of, VersionNo(written.version)).await;
        let kept = kept.unwrap_or_else(|fault| panic!("version: {fault}")).expect("an earlier version is kept");
        assert!(kept.expose() == written.value.as_bytes(), "version {} is another value", written.version);
    }
    let never = archive.version(of, VersionNo(99)).await;
    assert!(never.is_ok_and(|kept| kept.is_none()), "a version that never was is none");
    let numbers = archive.versions(of).await.unwrap_or_else(|fault| panic!("versions: {fault}"));
    assert_eq!(numbers, [VersionNo(A.version), VersionNo(B.version)], "the numbers that are kept are listed");
    let other = Installation("0thers".to_owned());
    let theirs = archive.versions(Slot { installation: &other, secret: &secret }).await;
    assert!(theirs.is_ok_and(|numbers| numbers.is_empty() || subject.vault.home() == Home::Ledger), "others have none");
}

async fn an_unreachable_vault_was_sent_nothing(subject: &VaultSubject) {
    let Some(vault) = &subject.unreachable else { return };
    let fault = VaultSubject::put(&**vault, A).await.expect_err("nothing can be written");
    assert_eq!(fault.certainty, Certainty::NotSent, "{fault}");
    assert!(vault.served(&VaultSubject::secret()).await.is_err(), "nothing can be read");
}

/// Polls a call so often and drops it.
async fn cut_off<T>(call: impl Future<Output = T>, polls: usize) {
    let mut call = std::pin::pin!(call);
    for _ in 0..polls {
        let polled =
            std::future::poll_fn(|context| std::task::Poll::Ready(call.as_mut().poll(context).is_ready())).await;
        if polled {
            return;
        }
        tokio::task::yield_now().await;
    }
}
