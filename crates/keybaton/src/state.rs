//! Opens the state: the master key, the database, and the two together.

use std::{path::Path, sync::Arc};

use keybaton_config::{Config, Database};
use keybaton_ports::{Failure, FailureKind};
use keybaton_seal::{Keyring, MasterKey};
use keybaton_store::{OpenError, Opened, Options, Restored, Sqlite};
use keybaton_types::Reference;

use crate::{reference::Resolver, report::Report};

/// The open state.
pub(crate) struct State {
    pub(crate) store: Arc<Sqlite>,
    pub(crate) keyring: Arc<Keyring>,
    /// Set when it turned out just now to be older than the world.
    pub(crate) restored: Option<Restored>,
}

/// Whether a missing database is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// It is an error.
    Refuse,
    /// It is made.
    Create,
}

impl State {
    /// Opens the state that the configuration names.
    pub(crate) async fn open(config: &Config, missing: Missing, report: &Report) -> Result<Self, Failure> {
        let master = master_key(config).await?;
        let Database::Sqlite(path) = &config.state.url;
        let options = Options { create: missing == Missing::Create, ..Options::new(path, id(&master)?) };
        let opened = Sqlite::open(options).await.map_err(|error| unopened(&error))?;
        say(&opened, report);
        let store = Arc::new(opened.store);
        let keyring = Keyring::new(&master, keybaton_ports::Store::installation(store.as_ref()))
            .map_err(|error| sealing(&error))?;
        Ok(Self { store, keyring: Arc::new(keyring), restored: opened.restored })
    }
}

/// The master key that the configuration names.
pub(crate) async fn master_key(config: &Config) -> Result<MasterKey, Failure> {
    match &config.state.master_key {
        Reference::File(path) => MasterKey::load(&config.folder.join(path)).map_err(|error| no_key(&error, path)),
        other => {
            let text = Resolver::new(&config.folder).resolve(other).await?;
            MasterKey::from_text(&text).map_err(|error| {
                Failure::new(FailureKind::Usage, format!("{other} is no master key")).because(&error).safe(SAFE)
            })
        }
    }
}

const SAFE: &str = "nothing was changed; every key that worked still works";

fn id(master: &MasterKey) -> Result<keybaton_seal::KeyId, Failure> {
    master.id().map_err(|error| sealing(&error))
}

fn no_key(error: &keybaton_seal::Error, path: &Path) -> Failure {
    let hint = match error {
        keybaton_seal::Error::MasterKeyMissing { .. } => {
            "`keybaton init` makes one; if there was one, bring it back: without it no sealed value can be opened"
        }
        keybaton_seal::Error::MasterKeyReadable { .. } => "let only its owner read it: chmod 600",
        _ => "bring back the master key that this state database was made with",
    };
    let what = format!("the master key {} cannot be used", path.display());
    Failure::new(FailureKind::Usage, what).because(error).safe(SAFE).hint(hint)
}

fn sealing(error: &keybaton_seal::Error) -> Failure {
    Failure::new(FailureKind::Unknown, "the master key cannot be used").because(error).safe(SAFE)
}

/// A database that cannot be opened says itself what to do.
fn unopened(error: &OpenError) -> Failure {
    let kind = match error {
        OpenError::Address(_)
        | OpenError::Missing { .. }
        | OpenError::NotOurs { .. }
        | OpenError::Newer { .. }
        | OpenError::WrongKey { .. } => FailureKind::Usage,
        _ => FailureKind::Unknown,
    };
    Failure::new(kind, "the state database cannot be opened").because(error).safe(SAFE).hint(remedy(error))
}

/// What to do about it, in a word; the error itself says more.
fn remedy(error: &OpenError) -> &'static str {
    match error {
        OpenError::Address(_) => "write [state] url = \"sqlite:.keybaton/state.db\"",
        OpenError::Missing { .. } => "`keybaton init` makes what is missing and keeps what is there",
        OpenError::Lost { .. } => {
            "put the file back, or `keybaton state restore FILE` a backup of it; a new one knows none of your keys"
        }
        OpenError::NotOurs { .. } => "point [state] url at a state database, or at a file that does not exist yet",
        OpenError::Newer { .. } => "run the keybaton that wrote it, or a newer one",
        OpenError::Corrupt { .. } => {
            "keep the file, and put the newest backup in its place: `keybaton state restore FILE --force`"
        }

        OpenError::Permission { .. } => "run keybaton as the owner of the state database",
        OpenError::Full { .. } => "make room on the disk, then run the command again",
        OpenError::WrongKey { .. } => "bring back the master key that this state database was made with",
        OpenError::Weak { .. } => "keep the state database on a local file system",
        OpenError::Other { .. } => "check the state database and its folder, then run the command again",
    }
}

fn say(opened: &Opened, report: &Report) {
    let Some(Restored { why, secrets, .. }) = &opened.restored else { return };
    report.words(&format!(
        "warning: the state database is an old copy: {why}. Nothing is swept or revoked, and {} secrets wait for a person.",
        secrets.len()
    ));
    report.hint("check each key, then `keybaton resume NAME/ENV`; `keybaton explain NAME/ENV` says more");
}
