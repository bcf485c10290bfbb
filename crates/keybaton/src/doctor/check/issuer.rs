//! Of issuers and probes: what they answer to reading.

use std::collections::BTreeSet;

use keybaton_core::answer::Verdict;
use keybaton_ports::{Blame, Fault, Listed};
use keybaton_types::{IssuedId, Label, SecretId};

use crate::doctor::{
    far::{Answers, World},
    ground::Book,
    said::{Said, or},
};

pub(super) fn answers(_: &Book, world: &World) -> Vec<Said> {
    let said = world.iter().map(|(secret, answers)| match &answers.listed {
        None => {
            Said::skipped(format!("{} has no list: what a crash leaves behind there cannot be found", answers.issuer))
                .on(secret)
        }
        Some(Ok(list)) => Said::ok(format!("{} lists {} keys", answers.issuer, list.len())).on(secret),
        Some(Err(fault)) => unanswered(&answers.issuer, fault).on(secret),
    });
    or(said.collect(), "no secret is configured")
}

/// Whose fault it was tells a wrong admin credential from a service that is away.
fn unanswered(issuer: &str, fault: &Fault) -> Said {
    if fault.blame == Blame::OurCredential {
        return Said::error(format!("{issuer} refuses our admin credential: {fault}"))
            .fix("put a valid admin credential where its reference points, with the right to list");
    }
    Said::unknown(format!("{issuer} did not answer its list: {fault}"))
        .fix("check its address and the network, then run the doctor again")
}

/// Every secret whose issuer told its whole list.
fn lists(world: &World) -> impl Iterator<Item = (&SecretId, &Answers, &Vec<Listed>)> {
    world.iter().filter_map(|(secret, answers)| match &answers.listed {
        Some(Ok(list)) => Some((secret, answers, list)),
        _ => None,
    })
}

pub(super) fn room(book: &Book, world: &World) -> Vec<Said> {
    let full = lists(world).filter_map(|(secret, answers, list)| {
        let most = usize::try_from(answers.sheet.max_credentials?).ok()?;
        let rotating = book.snapshots.get(secret).is_some_and(|snapshot| snapshot.ledger.rotation.is_some());
        (list.len() >= most && !rotating).then(|| {
            let ids: Vec<&str> = list.iter().map(|entry| entry.id.0.as_str()).collect();
            Said::warning(format!(
                "{} holds {} of {most} keys: a rotation would hold ({})",
                answers.issuer,
                list.len(),
                ids.join(", ")
            ))
            .on(secret)
            .fix("delete a key that nobody uses, at the issuer; keybaton never makes room by itself")
        })
    });
    or(full.collect(), "there is room wherever a list tells")
}

pub(super) fn orphans(book: &Book, world: &World) -> Vec<Said> {
    let mut seen = BTreeSet::new();
    let mut said = Vec::new();
    for (secret, answers, list) in lists(world) {
        let Some(ledger) = book.snapshots.get(secret).map(|snapshot| &snapshot.ledger) else { continue };
        if ledger.rotation.is_some() {
            said.push(Said::skipped("a rotation is at work: what it made may not be written down yet").on(secret));
            continue;
        }
        for entry in list {
            let ours =
                entry.label.as_ref().is_some_and(|label| Label::ours(label, &book.installation, secret).is_some());
            if ours && !ledger.knows(&entry.id, answers.sheet.addressing) && seen.insert((secret, &entry.id)) {
                let label = entry.label.as_deref().unwrap_or_default();
                let text = format!(
                    "{} has the key {} with our label {label}, and the ledger does not know it",
                    answers.issuer, entry.id
                );
                said.push(
                    Said::warning(text)
                        .on(secret)
                        .fix("see whether anybody uses it, then delete it at the issuer; the next rotation sweeps it"),
                );
            }
        }
    }
    or(said, "no key with our label is unknown")
}

/// Whoever had a key that leaked may have made another one with it. What was there before the present key is somebody
/// else's business.
pub(super) fn strangers(book: &Book, world: &World) -> Vec<Said> {
    let mut seen = BTreeSet::new();
    let mut said = Vec::new();
    for (secret, answers, list) in lists(world) {
        let current = book.snapshots.get(secret).and_then(|snapshot| snapshot.ledger.current_credential());
        let of = |id: &IssuedId| list.iter().find(|entry| entry.id == *id);
        let Some(since) = current.and_then(|key| of(key.issued.as_ref()?)?.created) else { continue };
        let known =
            |id: &IssuedId| book.snapshots.values().any(|snapshot| snapshot.ledger.knows(id, answers.sheet.addressing));
        let labelled = |entry: &Listed| entry.label.as_ref().is_some_and(|label| label.starts_with("kb1-"));
        let newer = list.iter().filter(|entry| entry.created.is_some_and(|at| at >= since) && !labelled(entry));
        for entry in newer.filter(|entry| !known(&entry.id)) {
            if seen.insert((&answers.issuer, &entry.id)) {
                let text = format!(
                    "{} has the key {}, made no earlier than the present one, and no ledger here knows it",
                    answers.issuer, entry.id
                );
                let fix = "see who made it; whoever had a key that leaked may have. Delete it at the issuer if nobody knows it";
                said.push(Said::warning(text).on(secret).fix(fix));
            }
        }
    }
    or(said, "no key that is no older than the present one is a stranger's")
}

pub(super) fn present(book: &Book, world: &World) -> Vec<Said> {
    let said = lists(world).filter_map(|(secret, answers, list)| {
        let current = book.snapshots.get(secret)?.ledger.current_credential()?;
        let id = current.issued.as_ref()?;
        let entry = list.iter().find(|entry| entry.id == *id);
        let said = match entry {
            None => Said::error(format!("{} does not list the present key {id}: it may be gone", answers.issuer)),
            Some(entry) if entry.enabled == Some(false) => {
                Said::error(format!("{} shows the present key {id} switched off", answers.issuer))
            }
            Some(_) => return Some(Said::ok(format!("{} lists the present key", answers.issuer)).on(secret)),
        };
        Some(said.on(secret).fix(format!("keybaton explain {secret}")))
    });
    or(said.collect(), "no present key to look for")
}

pub(super) fn probes(_: &Book, world: &World) -> Vec<Said> {
    let said = world.iter().map(|(secret, answers)| {
        let said = match &answers.verdict {
            None => {
                return Said::skipped("it has no key yet").on(secret).fix(format!("keybaton adopt {secret} --id ID"));
            }
            Some(Ok(Verdict::Accepted)) => return Said::ok("the probe accepts the present key").on(secret),
            Some(Ok(Verdict::Refused)) => Said::error("the probe refuses the present key: consumers are refused too"),
            Some(Ok(Verdict::Inconclusive)) => Said::unknown("the probe could not tell whether the present key works"),
            Some(Err(fault)) => Said::unknown(format!("the probe could not be made: {fault}")),
        };
        said.on(secret).fix(format!("keybaton explain {secret}"))
    });
    or(said.collect(), "no secret is configured")
}
