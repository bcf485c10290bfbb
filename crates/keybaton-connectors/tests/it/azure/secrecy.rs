//! Nothing that is secret stands in the words of a fault.

use keybaton_testkit::server::{KeyVault, Weather};
use serde_json::json;

use super::rig::{by_secret, fresh, publish, server, vault};

#[tokio::test]
async fn no_fault_shows_a_value_or_a_secret_of_keybaton() {
    let server = server();
    let settings = by_secret(&server, &server.url(), &json!({ "timeout": "1s" }));
    let vault = vault(&settings, &fresh("secrecy"));
    let mut faults = Vec::new();
    for weather in [Weather::Throttled(None), Weather::Unavailable, Weather::Down, Weather::Silent] {
        server.weather(weather);
        faults.push(publish(&*vault, 1, "canary-value-8812").await.unwrap_err());
    }
    server.weather(Weather::Fair);
    server.allow(KeyVault::APPLICATION, &[]);
    faults.push(publish(&*vault, 1, "canary-value-8812").await.unwrap_err());
    server.by_secret(KeyVault::APPLICATION, "another");
    server.forget_tokens();
    faults.push(publish(&*vault, 1, "canary-value-8812").await.unwrap_err());
    for fault in faults {
        let words = format!("{fault} {fault:?}");
        assert!(!words.contains("canary") && !words.contains(super::rig::OWN), "{words}");
    }
}
