//! The contract suite, by a user of keybaton's own that is no superuser.

use std::sync::atomic::{AtomicU32, Ordering};

use keybaton_connectors::postgres::{PostgresIssuer, PostgresProbe};
use keybaton_seal::SecretValue;
use keybaton_testkit::contract::{Subject, issuer_contract};
use keybaton_testkit::server::{Database, Postgres};

use super::bench::settings;
use crate::bench::{copy, drawn};

#[tokio::test]
async fn the_issuer_keeps_the_contract() {
    let Some(postgres) = Postgres::shared().await else { return };
    let database = postgres.database("contract").await;
    let admin = database.role("keybaton");
    let password = database.login_role(&admin, "CREATEROLE IN ROLE pg_signal_backend").await;
    let count = AtomicU32::new(0);
    issuer_contract(async || {
        let no = count.fetch_add(1, Ordering::Relaxed);
        subject(&database, &admin, &password, &database.role(&format!("owner{no}"))).await
    })
    .await;
}

/// The owner is a group without a login, so that both members are free.
async fn subject(database: &Database<'_>, admin: &str, password: &SecretValue, owner: &str) -> Subject {
    let options = format!("CREATE ROLE \"{owner}\" NOLOGIN; GRANT \"{owner}\" TO \"{admin}\" WITH ADMIN OPTION");
    database.execute(&options).await;
    let here = settings(&database.url_of(admin), owner);
    let away = settings(&format!("postgres://{admin}@127.0.0.1:1/{}", database.name()), owner);
    let issuer = |settings, password| Box::new(PostgresIssuer::new(settings, password).unwrap());
    Subject {
        issuer: issuer(&here, copy(password)),
        probe: Box::new(PostgresProbe::beside(&here).unwrap()),
        pass: Box::new(|_| {}),
        wrong_credential: issuer(&here, drawn()),
        unreachable: issuer(&away, copy(password)),
    }
}
