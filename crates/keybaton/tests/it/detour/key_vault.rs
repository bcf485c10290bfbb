//! A key vault that throttles an agent is left alone for as long as it asks.

use std::time::{Duration, Instant};

use keybaton_testkit::server::{KeyVault, Right, TENANT, Weather};
use reqwest::StatusCode;

use super::rig::{INSTALLATION, Reader, agent_toml, end};
use crate::agent::{Fake, TOKEN};
use crate::stage::Keybaton;

const OWN: &str = "own~secret~4471";

#[tokio::test]
async fn a_key_vault_that_throttles_is_left_alone_and_a_version_without_our_tag_is_not_handed_out() {
    let server = KeyVault::start(OWN);
    server.by_secret("reader", OWN);
    server.allow("reader", &[Right::Get]);
    assert!(server.put("payments-prod", "v4lue-of-somebody"));
    let (mut keybaton, mut fake) = (Keybaton::new(), Fake::start("v4lue-1-0f-the-test").await);
    keybaton.write("token", TOKEN);
    keybaton.write("azure.secret", OWN);
    keybaton.set("KEYBATON_SERVER", &fake.url());
    let vault = format!(
        "type = \"azure-key-vault\"\nurl = \"{0}\"\nlogin = {{ authority = \"{0}\", tenant_id = \"{TENANT}\", \
         client_id = \"reader\", client_secret = {{ file = \"azure.secret\" }} }}\nca_file = \"{1}\"\ntimeout = \"2s\"",
        server.url(),
        server.authority().display()
    );
    keybaton.write("agent.toml", &agent_toml(INSTALLATION, "payments-prod", &vault));
    fake.shut().await;
    let mut agent = keybaton.start("agent --token-file token --listen 127.0.0.1:0 --files agent.toml");
    let reader = Reader::of(&mut agent, TOKEN).await;
    let says = |words: &'static str| {
        move |status: StatusCode, document: &serde_json::Value| {
            status == StatusCode::SERVICE_UNAVAILABLE && document["title"].as_str().unwrap().contains(words)
        }
    };
    reader.until("it is nobody's", says("no number of this keybaton")).await;
    server.weather(Weather::Throttled(Some(60)));
    reader.until("it is throttled", says("too many requests")).await;
    let (before, begun) = (server.requests(), Instant::now());
    while begun.elapsed() < Duration::from_secs(6) {
        assert_eq!(reader.read().await.0, StatusCode::SERVICE_UNAVAILABLE);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(server.requests(), before, "a minute without requests is what it asked for");
    end(agent).await;
}
