//! The wrong environment: consumers of staging switch, those of prod do not, so prod's old key stays.

use super::crowd::{assert_unharmed, names};
use super::instance::Habit;
use super::site::{Site, make_token};
use crate::stage::{OLD_VALUE, SECRET};

const TWO: &str = "ttl = \"2s\"\nmax_stale = \"5m\"\n\
    consumers = [{ name = \"billing\", evidence = \"agent\", instances = 2 }]\n\
    [secret.payments.env.staging]\noverlap = { min = \"1s\", max = \"1h\" }\n\
    watch = { for = \"1s\", every = \"500ms\", failures = 2 }\nmax_request = \"1s\"\nttl = \"2s\"\nmax_stale = \"5m\"\n\
    consumers = [{ name = \"trial\", evidence = \"agent\", instances = 2 }]";

#[tokio::test]
async fn consumers_of_staging_that_switch_do_not_free_the_key_of_prod() {
    let site = Site::open_with_room(4, TWO).await;
    site.bench.run("rotate payments/staging --wait").await.exits(0);
    make_token(&site.bench.keybaton, "trial", "payments/staging").await;
    let mut trial = site.recruiter_of("trial", "payments/staging").start(&names("trial", 2), Habit::Steady).await;
    // deployed with the wrong environment: they read once, and never hear of the new key
    let prod = site.recruiter().start(&names("prod", 2), Habit::Lags).await;

    let ended = site.bench.run("rotate payments/staging --wait --json").await.exits(0);
    assert_eq!(ended.json()["outcome"], "done");
    trial.are_at(2).await;
    let mut rotate = site.bench.keybaton.start(&format!("rotate {SECRET} --wait --json"));
    rotate.says("prod-").await;
    assert!(site.bench.service.lets_in(OLD_VALUE).await, "prod's key died although only staging moved");
    let list = site.bench.run(&format!("consumers list {SECRET}")).await.exits(0);
    let list = list.prints(&["prod-0", "prod-1"]);
    assert!(!list.out.contains("trial"), "{}", list.transcript());
    is_forbidden_to_speak_for_prod(&site).await;

    let mut prod = prod;
    prod.goes_on().await;
    assert_eq!(rotate.ended().await.exits(0).json()["outcome"], "done");
    assert_unharmed(vec![trial, prod], 50).await;
    site.close().await;
}

/// A token of staging can neither read prod nor say that prod has moved.
async fn is_forbidden_to_speak_for_prod(site: &Site) {
    let token = std::fs::read_to_string(site.bench.keybaton.path("trial.token")).unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/v1/secrets/{SECRET}", site.served.url);
    let read = http.get(&url).bearer_auth(token.trim()).send().await.unwrap();
    assert_eq!(read.status(), 403);
    let said = serde_json::json!({ "version": 2, "kind": "used" });
    let told = http.post(format!("{url}/sightings")).bearer_auth(token.trim()).json(&said).send().await.unwrap();
    assert_eq!(told.status(), 403);
}
