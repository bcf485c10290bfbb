//! The state database is an older copy: consumers know more than the server, and go on.

use super::crowd::{assert_unharmed, names};
use super::instance::Habit;
use super::site::{Site, make_token};
use crate::stage::{Keybaton, OLD_VALUE, SECRET};

/// Reads with the token in a file, and says the status and the words.
async fn read(site: &Site, token: &str) -> (u16, String) {
    let token = std::fs::read_to_string(site.bench.keybaton.path(token)).unwrap();
    let url = format!("{}/v1/secrets/{SECRET}", site.served.url);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.get(url).bearer_auth(token.trim()).send().await.unwrap();
    let paused = answer.headers().contains_key("retry-after");
    (answer.status().as_u16(), format!("{} {paused}", answer.text().await.unwrap()))
}

async fn revoke(keybaton: &Keybaton, consumer: &str) {
    let listed = keybaton.run("token list --json").await.exits(0).json();
    let tokens = listed["tokens"].as_array().unwrap();
    let id = tokens.iter().find(|token| token["consumer"] == consumer).unwrap()["id"].as_str().unwrap().to_owned();
    keybaton.run(&format!("token revoke {id}")).await.exits(0);
}

#[tokio::test]
async fn after_a_restore_nobody_goes_back_to_the_old_key_and_nothing_is_revoked() {
    let terms = "ttl = \"2s\"\nmax_stale = \"5m\"\n\
        consumers = [{ name = \"billing\", evidence = \"agent\", instances = 2 }]";
    let site = Site::open(terms).await;
    let crowd = site.recruiter();
    let mut steady = crowd.start(&names("steady", 2), Habit::Steady).await;
    let folder = site.bench.keybaton.path(".keybaton");
    let bench = site.close().await;
    make_token(&bench.keybaton, "gone", SECRET).await;
    revoke(&bench.keybaton, "gone").await;
    bench.sql("PRAGMA wal_checkpoint(TRUNCATE)").await;
    let old = std::fs::read(folder.join("state.db")).unwrap();
    let site = Site::open_again(bench).await;
    make_token(&site.bench.keybaton, "late", SECRET).await;
    site.bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    steady.are_at(2).await;
    let live = site.bench.service.live();
    assert_eq!(live.len(), 1);

    let bench = site.close().await;
    for name in ["state.db-wal", "state.db-shm"] {
        drop(std::fs::remove_file(folder.join(name)));
    }
    std::fs::write(folder.join("state.db"), old).unwrap();
    let site = Site::open_again(bench).await;
    let url = format!("{}/healthz", site.served.url);
    assert!(
        reqwest::Client::builder().no_proxy().build().unwrap().get(url).send().await.unwrap().status().is_success()
    );
    let (status, said) = read(&site, "late.token").await;
    assert_eq!(status, 503, "a token that the copy does not know may be a good one: {said}");
    assert!(said.contains("older copy") && said.contains("keybaton doctor") && said.ends_with("true"), "{said}");
    assert_eq!(read(&site, "gone.token").await.0, 401, "the copy knows that it was revoked");
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    assert_eq!(site.bench.service.live(), live, "something was revoked after a restore");
    assert!(!site.bench.service.lets_in(OLD_VALUE).await);
    assert_unharmed(vec![steady], 50).await;
    site.close().await;
}
