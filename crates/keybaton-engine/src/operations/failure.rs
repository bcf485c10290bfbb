//! What the commands say when the engine could not do it.

use keybaton_core::{
    ledger::Ledger,
    policy::Pause,
    rotation::{Refused, explain::safe_now, span},
};
use keybaton_ports::{Failure, FailureKind, StoreError};
use keybaton_types::{SecretId, Timestamp};

use super::near::nearest;
use crate::{Charges, Error};

/// A failure of the state database: nothing was written unless it says so.
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
pub(super) fn store(error: StoreError) -> Failure {
    let hint = match &error {
        StoreError::Full { .. } => "free some room on the disk; rotations go on by themselves then",
        StoreError::Conflict(_) => "run the command again: something else changed the same secret at the same time",
        StoreError::NotEnrolled(_) => "`keybaton status` lists the secrets of this state database",
        StoreError::Corrupt { .. } => "restore the state folder from a backup; keybaton notices that it is older",
        StoreError::Newer { .. } => "use the newer keybaton that wrote it; this one leaves the secret alone",
        StoreError::Ambiguous | StoreError::Database { .. } => {
            "check that the state database can be reached and written"
        }
    };
    Failure::new(FailureKind::Unknown, "the state database did not do it")
        .because(&error)
        .safe("nothing was changed at any issuer; every key that worked still works")
        .hint(hint)
}

/// A failure of the engine itself.
pub(super) fn engine(error: Error) -> Failure {
    match error {
        Error::Store(error) => store(error),
        Error::Seal(_) => Failure::new(FailureKind::Unknown, "a sealed value could not be used")
            .because(&error)
            .safe("nothing was changed at any issuer; every key that worked still works")
            .hint("check that the master key is the one that this state database was made with"),
        Error::NoValue(_) => Failure::new(FailureKind::Unknown, "the state database is not whole")
            .because(&error)
            .safe("nothing was changed at any issuer; every key that worked still works")
            .hint("`keybaton doctor` looks at the state database"),
        Error::LeaseLost(_) => Failure::new(FailureKind::Unknown, "another engine has taken over")
            .because(&error)
            .safe("the other engine goes on where this one stopped")
            .hint("`keybaton status` shows who drives what"),
    }
}

/// A secret that the configuration does not name.
pub(super) fn undeclared(secret: &SecretId, charges: &Charges) -> Failure {
    let all = charges.all();
    let hint = if all.is_empty() {
        format!("declare it: [secret.{}.env.{}]", secret.name(), secret.env())
    } else {
        nearest(secret, all.keys())
    };
    Failure::new(FailureKind::Usage, format!("{secret} is not in the configuration"))
        .safe("nothing was changed")
        .hint(hint)
}

/// An owner that no secret has.
pub(super) fn unowned(owner: &str, charges: &Charges) -> Failure {
    let all = charges.all();
    let mut known: Vec<&str> = all.values().filter_map(|charge| charge.owner.as_deref()).collect();
    known.sort_unstable();
    known.dedup();
    let hint = if known.is_empty() {
        "name who answers for a secret: owner = \"team-payments\" in its table".to_owned()
    } else {
        format!("the owners in the configuration are {}", known.join(", "))
    };
    Failure::new(FailureKind::Usage, format!("no secret has the owner {owner:?}"))
        .safe("nothing was changed")
        .hint(hint)
}

/// A rotation that a pause keeps from starting.
pub(super) fn paused(secret: &SecretId, pause: &Pause, now: Timestamp, ledger: &Ledger) -> Failure {
    let until = span::until(now, pause.until);
    let reason = pause.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
    let what = format!("rotations of {secret} are paused by {}{reason}; that ends {until}", pause.by);
    let resume = pause.scope.resume();
    Failure::new(FailureKind::No, what).safe(safe_now(ledger)).hint(format!(
        "`{resume}` ends the pause now; a key that has leaked is rotated all the same: `keybaton rotate {secret} --reason \
         leaked`"
    ))
}

/// A ledger that was there a moment ago.
pub(super) fn vanished(secret: &SecretId) -> Failure {
    Failure::new(FailureKind::Unknown, format!("the ledger of {secret} has vanished from the state database"))
}

/// A step that the machine refused: its reason is the message.
pub(super) fn refused(secret: &SecretId, refused: Refused, ledger: &Ledger) -> Failure {
    let (kind, hint) = match refused {
        Refused::NoConsumers => (
            FailureKind::Usage,
            format!(
                "declare who uses it (consumers = [...] in [secret.{}.env.{}]), or let time decide: overlap.until = \"time\"",
                secret.name(),
                secret.env()
            ),
        ),
        Refused::Restored => (
            FailureKind::Held,
            format!("check that the current key of {secret} is the right one, then `keybaton resume {secret}`"),
        ),
        Refused::Over
        | Refused::NotHeld
        | Refused::NothingToForce
        | Refused::NothingToGoBackTo
        | Refused::AlreadyBack
        | Refused::TooLate => (FailureKind::No, format!("`keybaton explain {secret}` says what happens next")),
        Refused::StaleAnswer | Refused::Busy | Refused::Begun => {
            (FailureKind::Unknown, "run the command again in a moment".to_owned())
        }
    };
    Failure::new(kind, refused.to_string()).safe(safe_now(ledger)).hint(hint)
}
