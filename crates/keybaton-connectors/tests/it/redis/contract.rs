//! The contract suite in both modes, by a user of keybaton's own that may only change users and end connections.

use std::sync::atomic::{AtomicU32, Ordering};

use keybaton_seal::SecretValue;
use keybaton_testkit::contract::{Subject, issuer_contract};
use keybaton_testkit::server::Redis;
use serde_json::{Value, json};

use super::bench::{issuer, moved, probe, settings};
use crate::bench;

fn subject(redis: &Redis, keeper: &str, password: &SecretValue, users: &Value) -> Subject {
    let mut here = settings(redis, users);
    here["auth"]["user"] = json!(keeper);
    bench::subject(issuer, probe(redis.port()), (&here, &moved(&here, 1)), password)
}

/// What keybaton's own user may do.
const KEEPER: &str = "-@all +acl|list +acl|setuser +acl|save +client|list +client|kill +quit";

#[tokio::test]
async fn one_user_keeps_the_contract() {
    let Some(redis) = Redis::shared().await else { return };
    let password = redis.user("contract_keeper_one", KEEPER).await;
    let count = AtomicU32::new(0);
    issuer_contract(async || {
        let user = format!("contract_one_{}", count.fetch_add(1, Ordering::Relaxed));
        redis.run(&format!("ACL SETUSER {user} on ~* +@all")).await;
        subject(redis, "contract_keeper_one", &password, &json!({ "user": user }))
    })
    .await;
}

#[tokio::test]
async fn two_users_keep_the_contract() {
    let Some(redis) = Redis::shared().await else { return };
    let password = redis.user("contract_keeper_two", KEEPER).await;
    let count = AtomicU32::new(0);
    issuer_contract(async || {
        let no = count.fetch_add(1, Ordering::Relaxed);
        let users = ["a", "b"].map(|letter| format!("contract_two_{no}_{letter}"));
        redis.run(&format!("ACL SETUSER {} off ~* +@all", users[0])).await;
        subject(redis, "contract_keeper_two", &password, &json!({ "users": users }))
    })
    .await;
}
