//! Rotations of passwords and of users.

use std::sync::Arc;

use super::bench::{Cache, SECRET};
use crate::stage::{Consumed, Keybaton, Load};

const SESSION: &str = "overlap = { min = \"1s\", max = \"1h\" }\nwatch = { for = \"1s\", every = \"1s\" }\n\
    consumers = [{ name = \"api\", evidence = \"session\", quiet = \"2s\" }]";

const TIME: &str = "overlap = { min = \"2s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"1s\" }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_password_of_one_user_is_rotated_under_load_and_nobody_is_refused() {
    let render = "e2e_one {{ value }}";
    let Some(cache) = Cache::adopted("e2e_one", "user = \"e2e_one\"", render, TIME).await else { return };
    let cache = Arc::new(cache);
    let load = Load::start(&cache, 3).await;
    let mut old = vec![cache.first()];
    for _ in 0..2 {
        cache.keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(0);
        old.push(cache.read().await);
    }
    load.assert_unharmed().await;
    for login in &old[..2] {
        assert!(cache.open(login).await.is_err(), "an old password is still accepted");
    }
    cache.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_users_alternate_under_load_and_nobody_is_refused() {
    let (mode, render) = ("users = [\"e2e_two\", \"e2e_two_b\"]", "{{ id }} {{ value }}");
    let Some(cache) = Cache::adopted("e2e_two", mode, render, SESSION).await else { return };
    let cache = Arc::new(cache);
    let load = Load::start(&cache, 3).await;
    let mut old = vec![cache.first()];
    for _ in 0..2 {
        let ended = cache.keybaton.run(&format!("rotate {SECRET} --wait --json")).await.exits(0);
        assert_eq!(ended.json()["grade"], "evidenced", "{}", ended.transcript());
        old.push(cache.read().await);
    }
    load.assert_unharmed().await;
    assert!(old[1].starts_with("e2e_two_b ") && old[2].starts_with("e2e_two "), "logins alternate");
    for login in &old[..2] {
        assert!(cache.open(login).await.is_err(), "an old login is still accepted");
    }
    cache.assert_whole().await;
}

#[tokio::test]
async fn a_connection_of_the_old_user_holds_the_revoke() {
    let (mode, render) = ("users = [\"e2e_held\", \"e2e_held_b\"]", "{{ id }} {{ value }}");
    let Some(cache) = Cache::adopted("e2e_held", mode, render, SESSION).await else { return };
    let mut straggler = cache.open(&cache.first()).await.unwrap();
    cache.keybaton.rotate_until(SECRET, "waits: api").await;
    assert_eq!(straggler.run("PING").await.unwrap(), "PONG", "a live connection was ended");
    assert!(cache.open(&cache.first()).await.is_ok(), "the old user was revoked");
    straggler.run("QUIT").await.unwrap();
    cache.keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    assert!(cache.open(&cache.first()).await.is_err());
    cache.assert_whole().await;
}

#[tokio::test]
async fn a_rollback_leaves_the_old_password_alone() {
    let long = "overlap = { min = \"1h\", until = \"time\" }\nwatch = { for = \"1s\", every = \"1s\" }";
    let render = "e2e_back {{ value }}";
    let Some(cache) = Cache::adopted("e2e_back", "user = \"e2e_back\"", render, long).await else { return };
    cache.keybaton.rotate_until(SECRET, "draining").await;
    let new = cache.read().await;
    assert!(cache.open(&new).await.is_ok());
    cache.keybaton.run(&format!("rollback {SECRET}")).await.exits(0);
    assert_eq!(cache.read().await, cache.first());
    assert!(cache.open(&cache.first()).await.is_ok());
}

#[tokio::test]
async fn a_value_that_the_server_does_not_know_is_not_adopted() {
    let render = "e2e_unknown {{ value }}";
    let Some(cache) = Cache::adopted("e2e_unknown", "user = \"e2e_unknown\"", render, TIME).await else { return };
    let other = Keybaton::new();
    for file in ["keybaton.toml", "keeper.password"] {
        other.write(file, &std::fs::read_to_string(cache.keybaton.path(file)).unwrap());
    }
    other.run("init").await.exits(0);
    let ended = other.feed(&format!("adopt {SECRET}"), "hunter2-hunter2").await.exits(1);
    ended.explains().hides("hunter2-hunter2").says(&["has no key with this value"]);
}
