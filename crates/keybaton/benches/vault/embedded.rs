//! The vault in the ledger. It has no server, so that it stands beside what the disk takes for as much.

use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;
use std::time::Instant;

use keybaton_ports::{Fence, Publication, Replaces, Seen, Store as _, Vault as _};
use keybaton_seal::{MasterKey, SecretValue};
use keybaton_store::{EmbeddedVault, Options, Sqlite};
use keybaton_types::{CredentialNo, Epoch, OpSeq, SecretId, VersionNo};

use crate::Outcome;
use crate::site::Nth;
use crate::spread::{median, millis};

/// Rounds, of which the first warms everything up.
const ROUNDS: u64 = 302;

/// As much as a page of the database.
const PAGE: [u8; 4096] = [0x5a; 4096];

/// What something costs in the embedded vault, and beside it on the disk: medians in milliseconds, and how many times.
pub(crate) struct Beside {
    pub(crate) ours: f64,
    pub(crate) disk: f64,
    pub(crate) times: f64,
}

/// Publishing and reading.
pub(crate) struct Embedded {
    pub(crate) publish: Beside,
    pub(crate) read: Beside,
}

/// One round: ours and the disk's, of each in milliseconds.
#[derive(Default)]
struct Rounds {
    publish: Vec<(f64, f64)>,
    read: Vec<(f64, f64)>,
}

pub(crate) async fn measure() -> Outcome<Embedded> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let options = Options::new(folder.path().join("state.db"), MasterKey::generate()?.id()?);
    let store = Sqlite::open(Options { create: true, ..options }).await?.store;
    let secret = SecretId::new("bench", "test")?;
    store.enroll(&secret).await?;
    let vault = store.vault();
    let mut file = File::options().create(true).append(true).read(true).open(folder.path().join("page"))?;
    let mut rounds = Rounds::default();
    for no in 1..=ROUNDS {
        let begun = Instant::now();
        publish(&store, &vault, &secret, no).await?;
        let published = begun.elapsed();
        let begun = Instant::now();
        file.write_all(&PAGE)?;
        file.sync_all()?;
        rounds.publish.push((millis(published), millis(begun.elapsed())));
        let begun = Instant::now();
        let seen = vault.served(&secret).await?;
        let read = begun.elapsed();
        if !matches!(seen, Seen::Version(version) if version.0 == no) {
            return Err("what was published is not what is served".into());
        }
        let (begun, mut page) = (Instant::now(), PAGE);
        file.read_exact_at(&mut page, 0)?;
        rounds.read.push((millis(read), millis(begun.elapsed())));
    }
    Ok(Embedded { publish: beside(&rounds.publish), read: beside(&rounds.read) })
}

async fn publish(store: &Sqlite, vault: &EmbeddedVault, secret: &SecretId, no: u64) -> Outcome<()> {
    let rendering = SecretValue::from_text(Nth::Second.value().to_owned())?;
    let publication = Publication {
        secret,
        version: VersionNo(no),
        credential: CredentialNo(no),
        rendering: &rendering,
        fence: Fence { epoch: Epoch(1), seq: OpSeq(no) },
        installation: store.installation(),
        replaces: Replaces::Anything,
    };
    Ok(vault.publish(publication).await?)
}

fn beside(rounds: &[(f64, f64)]) -> Beside {
    let rounds = rounds.get(1..).unwrap_or_default();
    Beside {
        ours: median(rounds.iter().map(|(ours, _)| *ours).collect()),
        disk: median(rounds.iter().map(|(_, disk)| *disk).collect()),
        times: median(rounds.iter().map(|(ours, disk)| ours / disk).collect()),
    }
}
