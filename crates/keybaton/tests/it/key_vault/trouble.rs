//! A vault that does not work for a while: a clear word, both keys alive, and the rotation goes on by itself.

use keybaton_testkit::server::{KeyVault, Right, Switch, Weather};

use super::rig::{NAME, OWN, Rig, SHORT};
use crate::stage::{OLD_VALUE, SECRET};

/// What is wrong, what is said of it, and how it is put right.
type Trouble = (fn(&KeyVault), &'static str, fn(&KeyVault));

const TROUBLES: [Trouble; 5] = [
    (
        |server| server.allow(KeyVault::APPLICATION, &[Right::Get, Right::List]),
        "keybaton's identity has no role that allows this (ForbiddenByRbac)",
        |server| server.allow(KeyVault::APPLICATION, KeyVault::RIGHTS),
    ),
    (
        |server| server.by_expired_secret(KeyVault::APPLICATION, OWN),
        "the client secret has expired (AADSTS7000222)",
        |server| server.by_secret(KeyVault::APPLICATION, OWN),
    ),
    (
        |server| server.switch_last(NAME, Switch::Disabled),
        "the latest version is disabled",
        |server| server.switch_last(NAME, Switch::Enabled),
    ),
    (|server| server.delete(NAME), "recover or purge it", |server| server.recover(NAME)),
    (
        |server| server.weather(Weather::Throttled(None)),
        "too many requests for now",
        |server| server.weather(Weather::Fair),
    ),
];

#[tokio::test]
async fn what_is_wrong_is_said_no_key_dies_and_it_goes_on_when_that_is_put_right() {
    for (begin, says, end) in TROUBLES {
        let rig = Rig::adopted(SHORT).await;
        begin(&rig.server);
        let ended = rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(5).hides(OLD_VALUE).hides(OWN);
        ended.says(&[says]);
        assert!(rig.bench.service.lets_in(OLD_VALUE).await, "{says}");
        assert_eq!(rig.bench.service.live().len(), 2, "a key died in a hold: {says}");
        end(&rig.server);
        assert_eq!(rig.server.get(NAME).as_deref(), Some(OLD_VALUE), "{says}");
        rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
        rig.assert_whole().await;
    }
}

#[tokio::test]
async fn a_vault_that_throttles_for_a_moment_is_waited_for() {
    let rig = Rig::adopted(SHORT).await;
    rig.server.weather(Weather::Throttled(Some(1)));
    let mut rotate = rig.bench.keybaton.start(&format!("rotate {SECRET} --wait"));
    rotate.says("publishing").await;
    assert!(rig.bench.service.lets_in(OLD_VALUE).await);
    rig.server.weather(Weather::Fair);
    rotate.ended().await.exits(0);
    rig.assert_whole().await;
}

#[tokio::test]
async fn a_vault_that_hangs_in_the_drain_is_waited_for() {
    let rig =
        Rig::adopted("watch = { for = \"2s\", every = \"500ms\" }\noverlap = { min = \"1s\", until = \"time\" }").await;
    let mut rotate = rig.bench.keybaton.start(&format!("rotate {SECRET} --wait"));
    rotate.says("draining").await;
    rig.server.weather(Weather::Silent);
    let before = rig.server.requests();
    while rig.server.requests() == before {
        tokio::task::yield_now().await;
    }
    rig.server.weather(Weather::Fair);
    rotate.ended().await.exits(0);
    rig.assert_whole().await;
}

#[tokio::test]
async fn a_secret_that_was_purged_is_written_anew() {
    let rig = Rig::adopted(SHORT).await;
    rig.server.delete(NAME);
    rig.server.purge(NAME);
    rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    rig.assert_whole().await;
}
