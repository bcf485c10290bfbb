//! The fingerprints of managed keys: made where the values are, in the open state, and read from files. No value leaves
//! here.

use std::{fs::File, os::unix::fs::PermissionsExt as _, path::Path};

use keybaton_config::{Config, Database, discover};
use keybaton_core::ledger::{Credential, Far, Ledger};
use keybaton_ports::{Failure, FailureKind, Store as _, StoreError};
use keybaton_scan::known::{Holder, Known, KnownError, Recorder, Unfit};
use keybaton_seal::{Binding, Fingerprinter, Part, RecognitionKey, SecretValue};
use keybaton_types::{Fingerprint, Sealed, SecretId};

use crate::{
    commands::Context,
    state::{Missing, State, master_key},
};

/// What was recorded, and what was not.
pub(crate) struct Recorded {
    pub(crate) recorder: Recorder,
    /// Whose value is not recorded, and why.
    pub(crate) left_out: Vec<(Holder, Unfit)>,
    /// Their fingerprints in the state database, which stay there.
    held: Vec<(Fingerprint, Holder)>,
}

/// The managed keys of the state that a configuration here names, if there is one and it can be opened. Without it a scan
/// goes on with its rules: a checkout of a repository has a configuration, and no state.
pub(crate) fn at_hand(context: Context<'_>) -> Option<Known> {
    let path = discover(context.global.config.as_deref(), |name| std::env::var_os(name), Path::exists).ok()?;
    let config = Config::load(&path).ok()?;
    let Database::Sqlite(database) = &config.state.url;
    if !is_private(database) {
        return None;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    match runtime.block_on(open(&config, context)) {
        Ok(known) => Some(known),
        Err(failure) => {
            let why = failure.causes.first().map_or_else(String::new, |cause| format!(": {cause}"));
            context.report.words(&format!("warning: managed keys are not recognised, because {}{why}", failure.what));
            None
        }
    }
}

/// What anybody but the owner may do, among the bits of a mode.
const OTHERS: u32 = 0o077;

/// Whether there is a database in a folder that is its owner's alone: such a one does not come with a checkout.
fn is_private(database: &Path) -> bool {
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mode = std::fs::metadata(folder).map(|facts| facts.permissions().mode());
    database.exists() && mode.is_ok_and(|mode| mode & OTHERS == 0)
}

async fn open(config: &Config, context: Context<'_>) -> Result<Known, Failure> {
    let state = State::open(config, Missing::Refuse, context.report).await?;
    let (master, installation) = (master_key(config).await?, state.keyring.installation());
    let key = RecognitionKey::new(&master, installation).map_err(|error| unrecorded(&error))?;
    let Recorded { recorder, held, .. } = record(&state, &key).await?;
    let known = Known::new(&key, &recorder.entries()).map_err(|error| unrecorded(&error))?;
    let fingerprinter = Fingerprinter::new(&master, installation).map_err(|error| unrecorded(&error))?;
    state.store.close().await.map_err(|error| unread(&error))?;
    Ok(known.asking(fingerprinter, held))
}

/// Records every credential that was ever minted or adopted.
pub(crate) async fn record(state: &State, key: &RecognitionKey) -> Result<Recorded, Failure> {
    let recorder = Recorder::new(key).map_err(|error| unrecorded(&error))?;
    let mut all = Recorded { recorder, left_out: Vec::new(), held: Vec::new() };
    for enrolled in state.store.secrets().await.map_err(|error| unread(&error))? {
        let Some(snapshot) = state.store.read(&enrolled.secret).await.map_err(|error| unread(&error))? else {
            continue;
        };
        for credential in &snapshot.ledger.credentials {
            let holder = holder(&enrolled.secret, &snapshot.ledger, credential);
            one(state, credential, holder, &mut all).await?;
        }
    }
    Ok(all)
}

/// Reads a file of fingerprints, whole or not at all.
pub(crate) fn read(path: &Path) -> Result<Known, Failure> {
    let known = File::open(path).map_err(KnownError::Read).and_then(Known::read);
    known.map_err(|error| {
        Failure::new(FailureKind::Usage, format!("the fingerprints in {} cannot be used", path.display()))
            .because(&error)
            .safe("nothing was scanned")
            .hint("write the file anew where the state is: `keybaton state fingerprints FILE --force`")
    })
}

async fn one(state: &State, credential: &Credential, holder: Holder, recorded: &mut Recorded) -> Result<(), Failure> {
    let sealed = state.store.sealed(&holder.secret, credential.no).await.map_err(|error| unread(&error))?;
    let Some(sealed) = sealed else { return Ok(()) };
    let open = |sealed: &Sealed, part| -> Result<SecretValue, Failure> {
        let binding = Binding {
            installation: state.store.installation(),
            secret: &holder.secret,
            credential: credential.no,
            part,
        };
        state.keyring.open(sealed, &binding).map_err(|error| unrecorded(&error))
    };
    let value = open(&sealed.value, Part::Value)?;
    let rendering = sealed.rendering.as_ref().map(|rendering| open(rendering, Part::Rendering)).transpose()?;
    let unfit = recorded.recorder.record(&holder, &value, rendering.as_ref()).map_err(|error| unrecorded(&error))?;
    if let Some(unfit) = unfit {
        recorded.held.push((sealed.fingerprint, holder.clone()));
        recorded.left_out.push((holder, unfit));
    }
    Ok(())
}

/// A credential is valid until the issuer has confirmed its end: one that is condemned or switched off may still work.
fn holder(secret: &SecretId, ledger: &Ledger, credential: &Credential) -> Holder {
    let versions = ledger.versions.iter().filter(|version| version.credential == credential.no);
    let version = versions.map(|version| version.no.0).max().unwrap_or(0);
    Holder { secret: secret.clone(), version, valid: credential.far != Far::Destroyed }
}

fn unread(error: &StoreError) -> Failure {
    Failure::new(FailureKind::Unknown, "the state database cannot be read")
        .because(error)
        .safe("nothing was changed")
        .hint("`keybaton doctor` looks at it closely")
}

fn unrecorded(error: &keybaton_seal::Error) -> Failure {
    Failure::new(FailureKind::Unknown, "a managed key could not be fingerprinted")
        .because(error)
        .safe("nothing was changed")
        .hint("`keybaton doctor` looks at the state database closely")
}
