//! Consumers of real servers: logins of `PostgreSQL` and of Redis.

use super::crowd::{Recruiter, assert_unharmed, names};
use super::far::Far;
use super::instance::Habit;
use super::site::{Served, TERMS, make_token};
use crate::stage::Keybaton;
use crate::{postgres, redis};

const AGENTS: &str = "ttl = \"3s\"\nmax_stale = \"5m\"\n\
    consumers = [{ name = \"billing\", evidence = \"agent\", instances = 6 }]\n[server]\nlisten = \"127.0.0.1:0\"";

/// Rotates twice under six instances, and asserts that nobody was refused.
async fn rotates_unharmed(keybaton: &Keybaton, secret: &str, far: Far) {
    let served = Served::start(keybaton).await;
    make_token(keybaton, "billing", secret).await;
    let token = keybaton.path("billing.token");
    let crowd = Recruiter { server: served.url.clone(), token, secret: secret.to_owned(), far, pace_ms: 100 };
    let (steady, unpushed) = (names("steady", 4), names("unpushed", 2));
    let (steady, unpushed) = tokio::join!(crowd.start(&steady, Habit::Steady), crowd.start(&unpushed, Habit::Unpushed));
    for _ in 0..2 {
        let ended = keybaton.run(&format!("rotate {secret} --wait --json")).await.exits(0);
        assert_eq!(ended.json()["outcome"], "done", "{}", ended.transcript());
    }
    assert_unharmed(vec![steady, unpushed], 100).await;
    served.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logins_of_postgresql_are_rotated_under_instances_that_connect_all_the_time() {
    let Some(roles) = postgres::Roles::adopted("consumers", &format!("{TERMS}{AGENTS}")).await else { return };
    let far = Far::Postgres(roles.database.url_of("nobody"));
    rotates_unharmed(&roles.keybaton, postgres::SECRET, far).await;
    roles.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn passwords_of_redis_are_rotated_under_instances_that_connect_all_the_time() {
    let (mode, render) = ("user = \"e2e_consumed\"", "e2e_consumed {{ value }}");
    let cache = redis::Cache::adopted("e2e_consumed", mode, render, &format!("{TERMS}{AGENTS}")).await;
    let Some(cache) = cache else { return };
    rotates_unharmed(&cache.keybaton, redis::SECRET, Far::Redis(cache.address())).await;
    cache.assert_whole().await;
}
