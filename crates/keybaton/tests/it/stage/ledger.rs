//! The ledger as it stands, read behind the command's back.

use keybaton_ports::{Snapshot, Store};
use keybaton_seal::MasterKey;
use keybaton_store::{Options, Sqlite};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};

use super::Keybaton;

/// The ledger of one secret.
pub(crate) struct Book(Snapshot);

impl Book {
    /// Reads it from the state of a folder.
    pub(crate) async fn read(keybaton: &Keybaton, secret: &str) -> Self {
        let master = MasterKey::load(&keybaton.path(".keybaton/master.key")).unwrap();
        let options = Options::new(keybaton.path(".keybaton/state.db"), master.id().unwrap());
        let opened = Sqlite::open(options).await.unwrap();
        assert_eq!(opened.restored, None, "the state counts as an old copy");
        let snapshot = opened.store.read(&secret.parse().unwrap()).await.unwrap().unwrap();
        opened.store.close().await.unwrap();
        Self(snapshot)
    }

    /// Asserts that nothing goes on, and nothing was asked for.
    pub(crate) fn assert_at_rest(&self) {
        assert_eq!(self.0.ledger.rotation, None);
        assert_eq!(self.0.asks, []);
    }

    /// Whether a rotation is active or asked for.
    pub(crate) fn is_busy(&self) -> bool {
        self.0.ledger.rotation.is_some() || !self.0.asks.is_empty()
    }

    /// How many rotations were begun.
    pub(crate) fn rotations(&self) -> u64 {
        self.0.ledger.next_rotation - 1
    }

    /// The issuer's ids of the credentials that live, as far as the ledger knows.
    pub(crate) fn live(&self) -> Vec<String> {
        self.0.ledger.live().filter_map(|credential| Some(credential.issued.as_ref()?.0.clone())).collect()
    }

    /// The alerts.
    pub(crate) fn alerts(&self) -> usize {
        self.0.ledger.alerts.len()
    }

    /// Whether the rotation is held.
    pub(crate) fn is_held(&self) -> bool {
        self.0.ledger.rotation.as_ref().is_some_and(|rotation| rotation.hold.is_some())
    }

    /// Every sighting: consumer, instance, what of, and until when a lease runs.
    pub(crate) fn sightings(&self) -> &[keybaton_core::ledger::Sighting] {
        &self.0.sightings
    }

    /// The version that consumers get.
    pub(crate) fn version(&self) -> Option<u64> {
        self.0.ledger.current.map(|no| no.0)
    }
}

/// Runs a statement on the state database of a folder; says how many rows it changed.
pub(super) async fn sql(keybaton: &Keybaton, statement: &'static str) -> u64 {
    let options = SqliteConnectOptions::new().filename(keybaton.path(".keybaton/state.db"));
    let mut connection = options.connect().await.unwrap();
    let done = sqlx::query(statement).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    done.rows_affected()
}

/// Lets the leases of engines that are gone run out at once.
pub(crate) async fn expire_leases(keybaton: &Keybaton) {
    sql(keybaton, "UPDATE secret SET until_us = 0").await;
}
