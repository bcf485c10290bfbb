//! What is said of a refusal: by name, with nothing that is secret.

use keybaton_ports::{Blame, Certainty};
use keybaton_testkit::fake::{Cluster, ClusterMode};
use serde_json::json;

use super::rig::{NAME, TOKEN, by_token, follow, of, vault};

#[tokio::test]
async fn each_refusal_says_what_is_wrong_and_where() {
    let cluster = Cluster::start(TOKEN).await;
    follow(&*of(&cluster, &json!({})), 1, "value-1").await.unwrap();
    let elsewhere = vault(&by_token(&cluster.url(), &json!({ "namespace": "nowhere" })), NAME);
    let fault = follow(&*elsewhere, 1, "value-1").await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::Rejected, Certainty::NotSent), "{fault}");
    assert!(fault.to_string().contains("there is no such namespace"), "{fault}");
    let astray = vault(&by_token(&format!("{}/proxy", cluster.url()), &json!({})), NAME);
    let fault = follow(&*astray, 1, "value-1").await.unwrap_err();
    assert!(fault.to_string().contains("is it an API server of Kubernetes?"), "{fault}");
    cluster.behave(ClusterMode::Throttles(7));
    let fault = follow(&*of(&cluster, &json!({})), 2, "value-2").await.unwrap_err();
    assert!(fault.to_string().ends_with("too many requests for now, and wants to be left alone for 7 s"), "{fault}");
    cluster.behave(ClusterMode::Well);
    cluster.desk().forbidden.insert(("get", "secrets"));
    let fault = follow(&*of(&cluster, &json!({})), 2, "value-2").await.unwrap_err();
    assert!(fault.to_string().starts_with("GET /api/v1/namespaces/shop/secrets/payments-prod: forbidden"), "{fault}");
}

#[tokio::test]
async fn no_fault_shows_a_value_or_a_token() {
    let cluster = Cluster::start("another").await;
    for (more, mode) in [
        (json!({}), ClusterMode::Well),
        (json!({}), ClusterMode::Babbles),
        (json!({}), ClusterMode::Status(500)),
        (json!({ "url": "http://127.0.0.1:1" }), ClusterMode::Well),
    ] {
        cluster.behave(mode);
        let fault = follow(&*of(&cluster, &more), 1, "canary-value-8812").await.unwrap_err();
        let words = format!("{fault} {fault:?}");
        assert!(!words.contains("canary") && !words.contains(TOKEN) && !words.contains("dmFsd"), "{words}");
    }
}

#[tokio::test]
async fn a_server_that_lags_is_waited_for_until_the_time_is_over() {
    let cluster = Cluster::start(TOKEN).await;
    cluster.desk().delay = std::time::Duration::from_millis(100);
    follow(&*of(&cluster, &json!({})), 1, "value-1").await.unwrap();
    let hasty = of(&cluster, &json!({ "timeout": "150ms" }));
    let fault = follow(&*hasty, 2, "value-2").await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::Transient, Certainty::Unknown), "{fault}");
}
