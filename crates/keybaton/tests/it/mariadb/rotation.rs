//! Rotations of passwords and of accounts.

use std::sync::Arc;

use sqlx::Connection;

use super::bench::{SECRET, Shop};
use crate::stage::{Consumed, Load};

const SESSION: &str = "overlap = { min = \"1s\", max = \"1h\" }\nwatch = { for = \"1s\", every = \"1s\" }\n\
    consumers = [{ name = \"api\", evidence = \"session\", quiet = \"2s\" }]";

const TIME: &str = "overlap = { min = \"2s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"1s\" }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_password_of_one_account_is_rotated_under_load_and_nobody_is_refused() {
    let render = "e2e_one {{ value }}";
    let Some(shop) = Shop::adopted("e2e_one", "account = \"e2e_one\"", render, TIME).await else { return };
    let shop = Arc::new(shop);
    let load = Load::start(&shop, 3).await;
    let mut old = vec![shop.first()];
    for _ in 0..2 {
        shop.keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(0);
        old.push(shop.read().await);
    }
    load.assert_unharmed().await;
    for login in &old[..2] {
        assert!(shop.open(login).await.is_err(), "an old password is still accepted");
    }
    shop.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_accounts_alternate_under_load_and_nobody_is_refused() {
    let (mode, render) = ("accounts = [\"e2e_two\", \"e2e_two_b\"]", "{{ id }} {{ value }}");
    let Some(shop) = Shop::adopted("e2e_two", mode, render, SESSION).await else { return };
    let shop = Arc::new(shop);
    let load = Load::start(&shop, 3).await;
    let mut old = vec![shop.first()];
    for _ in 0..2 {
        let ended = shop.keybaton.run(&format!("rotate {SECRET} --wait --json")).await.exits(0);
        assert_eq!(ended.json()["grade"], "evidenced", "{}", ended.transcript());
        old.push(shop.read().await);
    }
    load.assert_unharmed().await;
    assert!(old[1].starts_with("e2e_two_b ") && old[2].starts_with("e2e_two "), "logins alternate");
    for login in &old[..2] {
        assert!(shop.open(login).await.is_err(), "an old login is still accepted");
    }
    shop.assert_whole().await;
}

#[tokio::test]
async fn a_session_of_the_old_account_holds_the_revoke() {
    let (mode, render) = ("accounts = [\"e2e_held\", \"e2e_held_b\"]", "{{ id }} {{ value }}");
    let Some(shop) = Shop::adopted("e2e_held", mode, render, SESSION).await else { return };
    let mut straggler = shop.open(&shop.first()).await.unwrap();
    shop.keybaton.rotate_until(SECRET, "waits: api").await;
    straggler.ping().await.expect("a live session was ended");
    shop.work(&shop.first()).await.expect("the old account was revoked");
    straggler.close().await.unwrap();
    shop.keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    assert!(shop.open(&shop.first()).await.is_err());
    shop.assert_whole().await;
}

#[tokio::test]
async fn a_password_that_somebody_sets_during_the_overlap_survives_the_rotation() {
    let render = "e2e_trap {{ value }}";
    let Some(shop) = Shop::adopted("e2e_trap", "account = \"e2e_trap\"", render, TIME).await else { return };
    shop.keybaton.rotate_until(SECRET, "draining").await;
    shop.set_password("by hand").await;
    shop.keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    assert!(shop.open(&shop.first()).await.is_err(), "SET PASSWORD replaced it");
    shop.work("e2e_trap by hand").await.expect("what somebody else wrote is kept");
    shop.assert_whole().await;
}
