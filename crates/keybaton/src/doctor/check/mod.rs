//! The list of checks. An id never means something else, and is never used again.

mod access;
mod alert;
mod clock;
mod configuration;
mod engine;
mod issuer;
mod key;
mod process;
mod rotation;
mod schedule;
mod secret;
mod state;
mod vault;

use keybaton_config::Config;

use super::{
    far::World,
    ground::{Book, Ground},
    said::Said,
};

/// One check.
pub(crate) struct Check {
    /// `KB-GROUP-NUMBER`.
    pub(crate) id: &'static str,
    /// What holds when it is ok.
    pub(crate) what: &'static str,
    /// What to do when it is not.
    pub(crate) fix: &'static str,
    pub(crate) look: Look,
}

/// What a check needs to see.
#[derive(Clone, Copy)]
pub(crate) enum Look {
    /// Nothing that could be missing.
    Alone(fn(&Ground) -> Vec<Said>),
    /// A configuration that can be read.
    Config(fn(&Ground, &Config) -> Vec<Said>),
    /// A state database that can be read.
    Book(fn(&Config, &Book) -> Vec<Said>),
    /// What far services answered.
    World(fn(&Book, &World) -> Vec<Said>),
}

impl Check {
    /// `CFG` of `KB-CFG-001`.
    pub(crate) fn group(&self) -> &'static str {
        self.id.split('-').nth(1).unwrap_or(self.id)
    }
}

/// Whether far services have to be asked for it.
impl Look {
    pub(crate) fn needs_world(self) -> bool {
        match self {
            Self::World(_) => true,
            Self::Alone(_) | Self::Config(_) | Self::Book(_) => false,
        }
    }
}

const fn check(id: &'static str, what: &'static str, fix: &'static str, look: Look) -> Check {
    Check { id, what, fix, look }
}

/// Every check, in the order in which they are told.
pub(crate) const CHECKS: &[Check] = &[
    check(
        "KB-CFG-001",
        "the configuration can be read and every table in it is right",
        "correct the line that it names; `keybaton config check` shows it",
        Look::Alone(configuration::valid),
    ),
    check(
        "KB-CFG-002",
        "nothing in the configuration is allowed and probably not meant",
        "do what the warning says; `keybaton config check` shows the lines",
        Look::Config(configuration::meant),
    ),
    check(
        "KB-CFG-003",
        "every secret has an owner",
        "owner = \"team\" under [secret.NAME]",
        Look::Config(configuration::owned),
    ),
    check(
        "KB-CFG-004",
        "every secret has a greatest age",
        "max_age = \"90d\" under [secret.NAME]",
        Look::Config(configuration::aged),
    ),
    check(
        "KB-CFG-005",
        "a look at the world fits into watch.every",
        "a longer watch.every, or a shorter timeout of the issuer",
        Look::World(configuration::looked),
    ),
    check(
        "KB-KEY-001",
        "the master key is there, whole, and only its owner may read it",
        "bring it back, or chmod 600",
        Look::Config(key::there),
    ),
    check(
        "KB-KEY-002",
        "the master key opens every present value",
        "bring back the key that the state was made with",
        Look::Book(key::opens),
    ),
    check(
        "KB-STA-001",
        "only their owner may read the files of the state",
        "chmod 700 the folder and 600 the files, as their owner",
        Look::Config(state::private),
    ),
    check(
        "KB-STA-002",
        "the state database opens, and a crash loses nothing (write-ahead log, full sync)",
        "do what it says; docs/howto/backup-and-restore.md",
        Look::Config(state::opens),
    ),
    check(
        "KB-STA-003",
        "every page and index of the state database is whole",
        "`keybaton state restore FILE --force` with the newest backup",
        Look::Book(state::whole),
    ),
    check(
        "KB-STA-004",
        "the state is on a local disk with room",
        "move the state to a local disk, or make room",
        Look::Config(state::disk),
    ),
    check(
        "KB-STA-005",
        "the state is not an old copy",
        "check each key, then `keybaton resume NAME/ENV`",
        Look::Book(state::newest),
    ),
    check(
        "KB-STA-006",
        "every chain of the audit is whole",
        "compare with a backup: somebody changed the database",
        Look::Book(state::audit),
    ),
    check(
        "KB-CLK-001",
        "the clock is not behind what was recorded",
        "set the clock of this machine; run a time daemon",
        Look::Book(clock::behind),
    ),
    check(
        "KB-CLK-002",
        "the clock of the wall and that of the machine go at one pace",
        "run a time daemon that slews",
        Look::Book(clock::pace),
    ),
    check(
        "KB-CLK-003",
        "every time zone of a schedule is known",
        "time_zone with a name of the IANA database",
        Look::Config(clock::zones),
    ),
    check(
        "KB-ENG-001",
        "somebody drives what is due or at work",
        "`keybaton serve`, or `keybaton tick` in a timer",
        Look::Book(engine::driven),
    ),
    check(
        "KB-ENG-002",
        "no lease is stuck",
        "set the clock right; a lease lasts ten seconds",
        Look::Book(engine::leases),
    ),
    check(
        "KB-REF-001",
        "every reference gives its secret",
        "set the variable or write the file that it names",
        Look::Book(secret::references),
    ),
    check(
        "KB-ISS-001",
        "every issuer answers its list with our admin credential",
        "check address and admin credential; creating and destroying cannot be tried without effect",
        Look::World(issuer::answers),
    ),
    check(
        "KB-ISS-002",
        "every issuer has room for one more key",
        "delete a key that nobody uses, at the issuer",
        Look::World(issuer::room),
    ),
    check(
        "KB-ISS-003",
        "no key with our label is unknown to the ledger",
        "look at it, and delete it at the issuer if nobody uses it",
        Look::World(issuer::orphans),
    ),
    check(
        "KB-ISS-004",
        "the present key is in the issuer's list, and switched on",
        "`keybaton explain NAME/ENV`; rotate, or adopt the key that is in use",
        Look::World(issuer::present),
    ),
    check(
        "KB-ISS-005",
        "no key that is no older than the present one is a stranger's",
        "see who made it, and delete it at the issuer unless somebody knows it",
        Look::World(issuer::strangers),
    ),
    check(
        "KB-PRB-001",
        "every probe accepts the present key",
        "`keybaton explain NAME/ENV`; rotate if the key is dead",
        Look::World(issuer::probes),
    ),
    check(
        "KB-VLT-001",
        "every vault serves what the ledger says",
        "`keybaton explain NAME/ENV`; a foreign write is for a person to settle",
        Look::World(vault::serves),
    ),
    check(
        "KB-SCH-001",
        "every schedule fires when it seems to",
        "every = \"30d\" instead of a cron that counts days of the month",
        Look::Config(schedule::meant),
    ),
    check(
        "KB-SCH-002",
        "no key is older than its policy allows",
        "`keybaton rotate NAME/ENV`",
        Look::Book(schedule::overdue),
    ),
    check(
        "KB-SEC-001",
        "no two secrets have the same value",
        "rotate one of them: one key, one secret",
        Look::Book(secret::doubles),
    ),
    check(
        "KB-SEC-002",
        "every secret has a consumer, declared or seen",
        "consumers = [{ name = \"…\", evidence = \"…\" }]",
        Look::Book(secret::consumers),
    ),
    check(
        "KB-SEC-003",
        "no file that holds a secret of ours is in git, and the configuration holds none",
        "git rm --cached FILE, ignore it, and rotate what it holds",
        Look::Config(secret::committed),
    ),
    check(
        "KB-ROT-001",
        "no rotation is held",
        "`keybaton explain NAME/ENV` says why and what you can do",
        Look::Book(rotation::held),
    ),
    check("KB-ROT-002", "no alert is open", "`keybaton explain NAME/ENV`", Look::Book(rotation::alerts)),
    check(
        "KB-ALR-001",
        "every channel for alerts gets through, and somebody is told",
        "`keybaton alert list` says why, `keybaton alert test NAME` tries again",
        Look::Book(alert::channels),
    ),
    check(
        "KB-TOK-001",
        "no access token runs out within a week",
        "`keybaton token create`, hand it over, `keybaton token revoke ID`",
        Look::Book(access::tokens),
    ),
    check(
        "KB-PRC-001",
        "no core file is written when a program of this shell crashes",
        "ulimit -c 0; LimitCORE=0 in a unit",
        Look::Alone(process::core),
    ),
    check(
        "KB-HOK-001",
        "the git hook runs where there is a repository",
        "a hook that scans before each commit",
        Look::Alone(process::hook),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_have_one_form() {
        let mut seen = std::collections::BTreeSet::new();
        for check in CHECKS {
            let parts: Vec<&str> = check.id.split('-').collect();
            assert!(matches!(parts[..], ["KB", group, no] if group.len() == 3 && no.len() == 3), "{}", check.id);
            assert!(seen.insert(check.id), "{} stands there twice", check.id);
        }
    }
}
