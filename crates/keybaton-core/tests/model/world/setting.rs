//! A setting: what stays the same during one search.

use std::time::Duration;

use keybaton_core::{
    facts::Facts,
    policy::{Consumer, Evidence, OnStraggler, Overlap, Policy, Rollback, Until, WatchFor},
    rotation::{Cause, Event, Refused, Rotation, Transition, step},
    sheet::{Ability, Addressing, Chooser, Fencing, Sheet},
};
use keybaton_types::{Installation, SecretId};

use super::{budget::Budget, person::Kind, time::ticks};

/// A way to decide a step: the shipped one, or a mutant that wraps it.
pub(crate) type Law = fn(Rotation, &Facts<'_>, Event) -> Result<Transition, Refused>;

/// What stays the same during one search.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    /// What it is called in the output.
    pub(crate) name: String,
    /// What the connectors can do.
    pub(crate) sheet: Sheet,
    /// What the owner wants.
    pub(crate) policy: Policy,
    /// This state database.
    pub(crate) installation: Installation,
    /// The secret.
    pub(crate) secret: SecretId,
    /// The consumers' instances.
    pub(crate) people: Vec<Kind>,
    /// How many of them use A at the start; the others come later.
    pub(crate) users: usize,
    /// How many engines there are.
    pub(crate) engines: u8,
    /// The faults.
    pub(crate) budget: Budget,
    /// Whether there is an A at the start.
    pub(crate) adopted: bool,
    /// Whether another installation has a credential at the same issuer.
    pub(crate) neighbour: bool,
    /// Why it rotates.
    pub(crate) cause: Cause,
    /// How long a new credential is really refused at some places.
    pub(crate) lag: Duration,
    /// The law.
    pub(crate) law: Law,
    /// An actor that does it wrong.
    pub(crate) flaw: Flaw,
}

/// An actor of the world that does it wrong, for the mutants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// Every actor does its duty.
    None,
    /// The vault takes every write.
    VaultWithoutFence,
    /// The vault looks at the lease alone.
    FencePerLease,
    /// A consumer reports before its cache is on the disk.
    AckBeforeDisk,
    /// The store takes commits of leases that are over.
    LedgerUnfenced,
    /// The server hands a value out without writing the grant down.
    GrantNotPersisted,
    /// An agent hands on the full lifetime instead of the remaining one.
    ChainedLease,
    /// A consumer keeps A to fall back to after it has said that it dropped it.
    FallbackAfterAck,
    /// Nobody notices that the state database is an old copy.
    RestoreUnnoticed,
    /// A key that was handed over is kept, and taken for whichever credential is asked for.
    AnyHandedRow,
    /// The present key is handed over as the new one, and nobody compares.
    OldKeyHanded,
}

impl Setting {
    /// One engine, one instance that uses A, no faults, and a far service that can do everything.
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            sheet: sheet(),
            policy: policy(),
            installation: Installation("a1b2c3".to_owned()),
            secret: "payments/prod".parse().expect("a name"),
            people: vec![Kind::Agent],
            users: 1,
            engines: 1,
            budget: Budget::default(),
            adopted: true,
            neighbour: false,
            cause: Cause::Schedule,
            lag: Duration::ZERO,
            law: step,
            flaw: Flaw::None,
        }
    }

    /// As far back as any span of the policy reaches, in ticks.
    pub(crate) fn horizon(&self) -> i64 {
        i64::try_from(self.policy.overlap.max.as_secs()).expect("a small span") + 1
    }
}

fn sheet() -> Sheet {
    Sheet {
        max_credentials: None,
        listing: Ability::Has,
        switching: Ability::Has,
        last_used_lag: None,
        sessions: Ability::Lacks,
        chooser: Chooser::Issuer,
        addressing: Addressing::Once,
        vault: Fencing::Fenced,
        propagation: Duration::ZERO,
        quiescence: ticks(1),
        timeout: Duration::ZERO,
    }
}

fn policy() -> Policy {
    Policy {
        overlap: Overlap { min: ticks(1), max: ticks(2), until: Until::AllConsumers, on_straggler: OnStraggler::Hold },
        watch: WatchFor { span: ticks(1), every: ticks(1), failures: 1 },
        rollback: Rollback::Auto,
        force_after: ticks(1),
        ttl: ticks(1),
        max_stale: ticks(1),
        max_request: Duration::ZERO,
        consumers: vec![Consumer { name: "web".to_owned(), evidence: Evidence::Agent { instances: 1 } }],
        max_age: None,
    }
}
