//! An owner role in a database of a real server, and the connector that rotates it.

use std::time::Duration;

use keybaton_connectors::postgres::{IssuerSettings, PostgresIssuer, PostgresProbe};
use keybaton_ports::{Issuer, Presented, Probe, Verdict};
use keybaton_seal::SecretValue;
use keybaton_testkit::server::Database;
use keybaton_types::IssuedId;
use serde_json::json;

use crate::bench::{create, drawn, secret};

/// An owner role in a database of a real server, and the connector that rotates it.
pub(crate) struct Bench<'a> {
    pub(crate) database: Database<'a>,
    pub(crate) owner: String,
    /// The password of the owner, which was adopted.
    pub(crate) adopted: SecretValue,
    pub(crate) issuer: PostgresIssuer,
    pub(crate) probe: PostgresProbe,
}

impl<'a> Bench<'a> {
    /// An owner that logs in and owns the table `before` in its own database.
    pub(crate) async fn new(database: Database<'a>) -> Self {
        let owner = database.role("app");
        let adopted = database.login_role(&owner, "").await;
        database.execute(&format!("GRANT CREATE ON SCHEMA public TO \"{owner}\"")).await;
        let settings = settings(&database.url(), &owner);
        let issuer = PostgresIssuer::new(&settings, database.password()).unwrap();
        let probe = PostgresProbe::beside(&settings).unwrap();
        Self { database, owner, adopted, issuer, probe }
    }

    /// The member of this letter.
    pub(crate) fn member(&self, letter: char) -> IssuedId {
        IssuedId(format!("{}_{letter}", self.owner))
    }

    /// The adopted credential's id.
    pub(crate) fn owner_id(&self) -> IssuedId {
        IssuedId(self.owner.clone())
    }

    /// Makes a credential and tells its value.
    pub(crate) async fn create(&self, seq: u64, taken: &[IssuedId]) -> (IssuedId, SecretValue) {
        let value = drawn();
        let created = create(&self.issuer, seq, &value, taken).await;
        (created.unwrap_or_else(|fault| panic!("create: {fault}")).id, value)
    }

    /// What the probe says.
    pub(crate) async fn verdict(&self, id: &IssuedId, value: &SecretValue) -> Verdict {
        self.probe.probe(Presented { secret: &secret(), id, value }).await.unwrap()
    }

    /// How many sessions the issuer sees.
    pub(crate) async fn sessions(&self, id: &IssuedId) -> u32 {
        self.issuer.sessions().unwrap().count(id).await.unwrap()
    }
}

/// Settings with a short time-out and nothing else unusual.
pub(crate) fn settings(url: &str, owner: &str) -> IssuerSettings {
    let table = json!({ "url": url, "owner": owner, "password": { "env": "UNUSED" } });
    let mut settings: IssuerSettings = serde_json::from_value(table).unwrap();
    settings.timeout = Duration::from_secs(10);
    settings
}
