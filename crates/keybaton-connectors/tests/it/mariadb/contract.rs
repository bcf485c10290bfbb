//! The contract suite in both modes, by a user of keybaton's own that is no superuser.

use std::sync::atomic::{AtomicU32, Ordering};

use keybaton_seal::SecretValue;
use keybaton_testkit::contract::{Subject, issuer_contract};
use keybaton_testkit::server::Mariadb;
use serde_json::{Value, json};

use super::bench::{issuer, moved, probe, settings};
use crate::bench;

fn subject(server: &Mariadb, keeper: &str, password: &SecretValue, accounts: &Value) -> Subject {
    let here = settings(server, keeper, accounts);
    bench::subject(issuer, probe(server.port()), (&here, &moved(&here, keeper, 1)), password)
}

#[tokio::test]
async fn one_account_keeps_the_contract() {
    let Some(server) = Mariadb::shared().await else { return };
    let password = server.user("contract_keeper_one").await;
    server.run("GRANT CREATE USER ON *.* TO contract_keeper_one").await;
    server.run("GRANT SELECT ON mysql.global_priv TO contract_keeper_one").await;
    let count = AtomicU32::new(0);
    issuer_contract(async || {
        let user = format!("contract_one_{}", count.fetch_add(1, Ordering::Relaxed));
        server.run(&format!("CREATE USER {user} IDENTIFIED VIA mysql_native_password USING 'invalid'")).await;
        subject(server, "contract_keeper_one", &password, &json!({ "account": user }))
    })
    .await;
}

#[tokio::test]
async fn two_accounts_keep_the_contract() {
    let Some(server) = Mariadb::shared().await else { return };
    let password = server.user("contract_keeper_two").await;
    server.run("GRANT CREATE USER, PROCESS, CONNECTION ADMIN ON *.* TO contract_keeper_two").await;
    server.run("GRANT SELECT ON mysql.* TO contract_keeper_two").await;
    server.run("GRANT SELECT ON contract_shop.* TO contract_keeper_two WITH GRANT OPTION").await;
    let count = AtomicU32::new(0);
    issuer_contract(async || {
        let no = count.fetch_add(1, Ordering::Relaxed);
        let users = ["a", "b"].map(|letter| format!("contract_two_{no}_{letter}"));
        let first = &users[0];
        server.run(&format!("CREATE USER {first} IDENTIFIED VIA mysql_native_password USING 'invalid'")).await;
        server.run(&format!("GRANT SELECT ON contract_shop.* TO {first}")).await;
        subject(server, "contract_keeper_two", &password, &json!({ "accounts": users }))
    })
    .await;
}
