//! What is known of a key that is taken over: what its issuer tells, what it does not, and who else holds its value.

use keybaton_core::{
    answer::Listed,
    ledger::Holder,
    rotation::span::{ago, brief},
};
use keybaton_ports::{Failure, FailureKind, Sharing};
use keybaton_types::{
    Fingerprint, SecretId, Timestamp,
    document::{Full, Occupant, Untold},
};

use super::{Local, store};
use crate::Charge;

impl Local {
    /// The other secrets that hold the value; a value that was revoked, or that is shared without anybody's will, is
    /// refused.
    pub(super) async fn sharers(
        &self,
        secret: &SecretId,
        sharing: Sharing,
        fingerprint: &Fingerprint,
    ) -> Result<Vec<String>, Failure> {
        let mut others: Vec<SecretId> = Vec::new();
        for (name, no) in self.store().holders(fingerprint).await.map_err(store)? {
            let Some(snapshot) = self.store().read(&name).await.map_err(store)? else { continue };
            let Some(theirs) = snapshot.ledger.credential(no) else { continue };
            if theirs.condemned {
                return Err(condemned(&name));
            }
            let holder = Holder::new(no, name.clone(), theirs, snapshot.ledger.rotation.as_ref());
            if name != *secret && holder.keeps() {
                others.push(name);
            }
        }
        others.dedup();
        match (others.first(), sharing) {
            (Some(other), Sharing::Refused) => Err(shared(secret, other)),
            (Some(_), Sharing::Accepted) | (None, _) => Ok(others.iter().map(ToString::to_string).collect()),
        }
    }
}

/// What the issuer does not tell of its keys.
pub(super) fn untold(charge: &Charge, listed: Option<&Listed>) -> Vec<Untold> {
    let missing = [
        (charge.issuer.listing().is_none(), Untold::List),
        (listed.is_none_or(|entry| entry.creator.is_none()), Untold::Creator),
        (listed.is_none_or(|entry| entry.created.is_none()), Untold::Created),
        (charge.issuer.traits().last_used_lag.is_none(), Untold::LastUsed),
        (charge.issuer.sessions().is_none(), Untold::Sessions),
    ];
    missing.into_iter().filter(|(is_missing, _)| *is_missing).map(|(_, untold)| untold).collect()
}

/// The keys that leave the issuer no room for another one.
pub(super) fn full(charge: &Charge, entries: &[Listed], now: Timestamp) -> Option<Full> {
    let allows = charge.issuer.traits().max_credentials?;
    let is_full = u32::try_from(entries.len()).map_or(true, |held| held >= allows);
    is_full.then(|| Full { allows, keys: entries.iter().map(|entry| occupant(entry, now)).collect() })
}

fn occupant(entry: &Listed, now: Timestamp) -> Occupant {
    Occupant {
        id: entry.id.to_string(),
        label: entry.label.clone(),
        creator: entry.creator.clone(),
        age_seconds: entry.created.map(|at| now.since(at).as_secs()),
        unused_seconds: entry.last_used.map(|at| now.since(at).as_secs()),
    }
}

/// What the audit keeps of what the issuer told.
pub(super) fn told(listed: Option<&Listed>, sessions: Option<u32>, now: Timestamp) -> String {
    let of = |read: fn(&Listed) -> Option<Timestamp>| listed.and_then(read);
    let parts = [
        listed.and_then(|entry| entry.creator.as_ref()).map(|name| format!("made by {name}")),
        of(|entry| entry.created).map(|at| format!("{} old", brief(now.since(at)))),
        of(|entry| entry.last_used).map(|at| format!("last used {}", ago(now, at))),
        sessions.map(|live| format!("{live} live sessions")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

fn shared(secret: &SecretId, other: &SecretId) -> Failure {
    Failure::new(FailureKind::No, format!("{other} holds the same value"))
        .safe("nothing was stored; the key still works as before")
        .hint(format!(
            "revoking it for one revokes it for both: make a key of its own for {secret} at the issuer and adopt that, \
             or take this one over with --shared; it is then revoked only when both have moved"
        ))
}

fn condemned(by: &SecretId) -> Failure {
    Failure::new(FailureKind::No, format!("{by} has revoked this very value"))
        .safe("nothing was stored; a revoked value is never used again")
        .hint("adopt the key that is used now, or make one at the issuer")
}
