//! The contract of an issuer.

use keybaton_core::answer::Life;
use keybaton_core::sheet::{Addressing, Chooser};
use keybaton_ports::{Blame, Certainty, Create, Fault, Issuer, Verdict};
use keybaton_seal::{Alphabet, SecretValue, draw};
use keybaton_types::IssuedId;

use super::subject::{Made, Subject};

/// Checks everything that the engine relies on, each clause with a subject of its own; clauses about an ability that
/// the issuer lacks are passed over. Panics with the first clause that does not hold.
pub async fn issuer_contract(make: impl AsyncFn() -> Subject) {
    a_new_credential_works(&make().await).await;
    the_list_shows_it_under_its_label(&make().await).await;
    a_value_is_recognised_while_it_lives(&make().await).await;
    two_credentials_work_at_once(&make().await).await;
    switching_off_is_reversible(&make().await).await;
    a_destroyed_credential_is_refused_and_not_listed(&make().await).await;
    destroying_one_leaves_the_other(&make().await).await;
    destroying_twice_is_success(&make().await).await;
    a_full_issuer_says_so_and_changes_nothing(&make().await).await;
    a_repeated_create_of_our_value_is_one_credential(&make().await).await;
    an_id_comes_back_only_where_the_sheet_says_so(&make().await).await;
    nobody_has_sessions_at_first_and_ending_none_is_success(&make().await).await;
    a_wrong_credential_of_ours_is_named(&make().await).await;
    an_unreachable_service_was_sent_nothing(&make().await).await;
}

async fn a_new_credential_works(subject: &Subject) {
    let made = subject.make(1, &[]).await;
    assert_eq!(subject.verdict(&made).await, Verdict::Accepted, "a new credential works");
    let other = Made { value: drawn(), ..made };
    assert_eq!(subject.verdict(&other).await, Verdict::Refused, "another value under its id is refused");
}

async fn the_list_shows_it_under_its_label(subject: &Subject) {
    let made = subject.make(1, &[]).await;
    let Some(list) = subject.list().await else { return };
    if subject.issuer.recognising().is_none() && list.iter().all(|listed| listed.label.is_none()) {
        // Some services give a key no name. Their issuer has to say so, because `plan` does.
        assert!(list.iter().any(|listed| listed.id == made.id), "the list and create name the same id");
        assert!(!subject.issuer.cautions().is_empty(), "an issuer without names warns of it");
        return;
    }
    let keeps = subject.issuer.recognising().is_none();
    let mut found = list.into_iter().filter(|listed| subject.names(listed, &made));
    let listed = found.next().expect("the list shows a new credential, under its label where it keeps labels");
    assert_eq!(listed.id, made.id, "the list and create name the same id");
    assert!(keeps || listed.label.is_none_or(|label| label == made.label.0), "the label is not somebody else's");
    assert_ne!(listed.enabled, Some(false), "a new credential is on");
    assert!(found.next().is_none(), "the list shows it once");
}

async fn a_value_is_recognised_while_it_lives(subject: &Subject) {
    let Some(recognising) = subject.issuer.recognising() else { return };
    let recognise = async |value: &SecretValue| {
        recognising.recognise(value).await.unwrap_or_else(|fault| panic!("recognise: {fault}"))
    };
    let (first, stranger) = (subject.make(1, &[]).await, drawn());
    let second = subject.make(2, &[&first]).await;
    assert_eq!(recognise(&first.value).await.as_ref(), Some(&first.id), "a value names its credential");
    assert_eq!(recognise(&second.value).await.as_ref(), Some(&second.id), "and the other one the other");
    assert_eq!(recognise(&stranger).await, None, "a value that the issuer never saw names none");
    subject.destroy(&first).await;
    assert_eq!(recognise(&first.value).await, None, "a destroyed one is not recognised");
}

async fn two_credentials_work_at_once(subject: &Subject) {
    let first = subject.make(1, &[]).await;
    let second = subject.make(2, &[&first]).await;
    assert_ne!(first.id, second.id, "a second credential has an id of its own");
    assert_eq!(subject.verdict(&first).await, Verdict::Accepted, "the first still works beside the second");
    assert_eq!(subject.verdict(&second).await, Verdict::Accepted, "the second works beside the first");
}

async fn switching_off_is_reversible(subject: &Subject) {
    let Some(switching) = subject.issuer.switching() else { return };
    let made = subject.make(1, &[]).await;
    for _twice in 0..2 {
        switching.disable(&made.id).await.unwrap_or_else(|fault| panic!("disable: {fault}"));
        subject.settle();
        assert_eq!(subject.verdict(&made).await, Verdict::Refused, "a disabled credential is refused");
        assert!(matches!(subject.life(&made).await, None | Some(Life::Off)), "the list shows it off");
    }
    for _twice in 0..2 {
        switching.enable(&made.id).await.unwrap_or_else(|fault| panic!("enable: {fault}"));
        subject.settle();
        assert_eq!(subject.verdict(&made).await, Verdict::Accepted, "an enabled credential works again");
        assert!(matches!(subject.life(&made).await, None | Some(Life::On)), "the list shows it on");
    }
    switching.disable(&made.id).await.unwrap_or_else(|fault| panic!("disable: {fault}"));
    subject.destroy(&made).await;
    assert!(matches!(subject.life(&made).await, None | Some(Life::Gone)), "a disabled one can be destroyed");
}

async fn a_destroyed_credential_is_refused_and_not_listed(subject: &Subject) {
    let made = subject.make(1, &[]).await;
    subject.destroy(&made).await;
    assert_eq!(subject.verdict(&made).await, Verdict::Refused, "a destroyed credential is refused");
    assert_ne!(subject.life(&made).await, Some(Life::On), "the list does not show a destroyed credential alive");
    if let Some(switching) = subject.issuer.switching() {
        let revived = switching.enable(&made.id).await;
        subject.settle();
        assert_eq!(subject.verdict(&made).await, Verdict::Refused, "nothing revives it ({:?})", revived.err());
    }
}

async fn destroying_one_leaves_the_other(subject: &Subject) {
    let first = subject.make(1, &[]).await;
    let second = subject.make(2, &[&first]).await;
    subject.destroy(&first).await;
    assert_eq!(subject.verdict(&first).await, Verdict::Refused, "the first is dead");
    assert_eq!(subject.verdict(&second).await, Verdict::Accepted, "the second lives");
    let third = subject.make(3, &[&second]).await;
    assert_eq!(subject.verdict(&third).await, Verdict::Accepted, "there is room again");
    assert_eq!(subject.verdict(&first).await, Verdict::Refused, "and the first stays dead");
}

async fn destroying_twice_is_success(subject: &Subject) {
    let made = subject.make(1, &[]).await;
    subject.destroy(&made).await;
    subject.destroy(&made).await;
}

async fn a_full_issuer_says_so_and_changes_nothing(subject: &Subject) {
    let Some(max) = subject.issuer.traits().max_credentials.filter(|max| *max <= 8) else { return };
    let already = subject.list().await.map_or(0, |list| list.len());
    let mut made = Vec::new();
    for seq in u64::try_from(already).unwrap_or(0)..u64::from(max) {
        let next = subject.make(seq + 1, &made.iter().collect::<Vec<_>>()).await;
        made.push(next);
    }
    let taken: Vec<_> = made.iter().map(|one| one.id.clone()).collect();
    let (secret, label, value) = (Subject::secret(), Subject::label(99), subject.chosen());
    let create = Create { secret: &secret, label: &label, value: value.as_ref(), taken: &taken };
    let fault = subject.issuer.create(create).await.err().expect("a full issuer refuses");
    assert_eq!((fault.blame, fault.certainty), (Blame::Full, Certainty::Refused), "{fault}");
    for one in &made {
        assert_eq!(subject.verdict(one).await, Verdict::Accepted, "a refused create harms nobody");
    }
}

async fn a_repeated_create_of_our_value_is_one_credential(subject: &Subject) {
    if subject.issuer.traits().chooser != Chooser::Us {
        return;
    }
    let made = subject.make(1, &[]).await;
    let again = subject.create(1, Some(&made.value), &[]).await;
    assert_eq!(again.id, made.id, "the same create again names the same credential");
    assert!(again.value.is_none(), "the value that we chose is not told back");
    assert_eq!(subject.verdict(&made).await, Verdict::Accepted, "and it still works");
    let Some(list) = subject.list().await else { return };
    let found = list.iter().filter(|listed| subject.names(listed, &made)).count();
    assert_eq!(found, 1, "the list shows it once");
}

async fn an_id_comes_back_only_where_the_sheet_says_so(subject: &Subject) {
    let mut ids = Vec::new();
    for seq in 1..=4 {
        let made = subject.make(seq, &[]).await;
        subject.destroy(&made).await;
        ids.push(made.id);
    }
    ids.sort();
    ids.dedup();
    assert!(ids.len() == 4 || subject.issuer.traits().addressing == Addressing::Again, "an id came back: {ids:?}");
}

async fn nobody_has_sessions_at_first_and_ending_none_is_success(subject: &Subject) {
    let Some(sessions) = subject.issuer.sessions() else { return };
    let made = subject.make(1, &[]).await;
    sessions.end(&made.id).await.unwrap_or_else(|fault| panic!("end: {fault}"));
    let count = sessions.count(&made.id).await.unwrap_or_else(|fault| panic!("count: {fault}"));
    assert_eq!(count, 0, "nobody has connected with it");
}

async fn a_wrong_credential_of_ours_is_named(subject: &Subject) {
    let made = subject.make(1, &[]).await;
    for (call, fault) in failures(&*subject.wrong_credential, subject, &made.id).await {
        assert_eq!(fault.blame, Blame::OurCredential, "{call}: {fault}");
        assert_eq!(fault.certainty, Certainty::Refused, "{call}: {fault}");
    }
    assert_eq!(subject.verdict(&made).await, Verdict::Accepted, "a refused call changes nothing");
}

async fn an_unreachable_service_was_sent_nothing(subject: &Subject) {
    let made = subject.make(1, &[]).await;
    for (call, fault) in failures(&*subject.unreachable, subject, &made.id).await {
        assert_eq!(fault.blame, Blame::Transient, "{call}: {fault}");
        assert_eq!(fault.certainty, Certainty::NotSent, "{call}: {fault}");
    }
}

/// Every call of an issuer that cannot work, and how each failed.
async fn failures(issuer: &dyn Issuer, subject: &Subject, id: &IssuedId) -> Vec<(&'static str, Fault)> {
    let (secret, label, value) = (Subject::secret(), Subject::label(99), subject.chosen());
    let create = Create { secret: &secret, label: &label, value: value.as_ref(), taken: &[] };
    let mut faults = vec![("create", issuer.create(create).await.err())];
    faults.push(("destroy", issuer.destroy(id).await.err()));
    if let Some(listing) = issuer.listing() {
        faults.push(("list", listing.list().await.err()));
    }
    if let Some(switching) = issuer.switching() {
        faults.push(("disable", switching.disable(id).await.err()));
        faults.push(("enable", switching.enable(id).await.err()));
    }
    if let Some(sessions) = issuer.sessions() {
        faults.push(("count", sessions.count(id).await.err()));
        faults.push(("end", sessions.end(id).await.err()));
    }
    if let Some(recognising) = issuer.recognising() {
        faults.push(("recognise", recognising.recognise(&drawn()).await.err()));
    }
    faults.into_iter().map(|(call, fault)| (call, fault.unwrap_or_else(|| panic!("{call} worked")))).collect()
}

fn drawn() -> SecretValue {
    draw(&Alphabet::ALPHANUMERIC, 32).expect("draw a value")
}
