//! What Prometheus reads of an agent.

use std::time::{Duration, Instant};

use keybaton_agent::serve::METRICS;
use reqwest::StatusCode;

use super::reads::{Loopback, Stage};

async fn page(local: &Loopback) -> String {
    let answer = local.get("/metrics").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    answer.text().await.unwrap()
}

#[tokio::test]
async fn an_agent_that_lost_its_server_says_that_what_it_hands_out_is_stale() {
    let mut stage = Stage::new().await;
    stage.fake.ttl(2);
    let (_agent, local) = stage.agent("").await;
    assert!(!page(&local).await.contains("payments"), "nobody has asked for it");
    assert_eq!(local.get("/v1/secrets/payments/prod").send().await.unwrap().status(), StatusCode::OK);
    let fresh = page(&local).await;
    assert!(fresh.contains("keybaton_agent_serving_stale{secret=\"payments\",env=\"prod\"} 0\n"), "{fresh}");
    for (name, _) in METRICS {
        assert!(fresh.contains(&format!("# TYPE {name} gauge\n{name}{{secret=")), "{name}\n{fresh}");
    }
    assert!(!fresh.contains("v4lue"), "{fresh}");
    stage.fake.shut().await;
    let until = Instant::now() + Duration::from_secs(30);
    while !page(&local).await.contains("keybaton_agent_serving_stale{secret=\"payments\",env=\"prod\"} 1\n") {
        assert!(Instant::now() < until, "{}", page(&local).await);
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_metrics_of_an_agent_take_the_same_token_as_its_values() {
    let stage = Stage::new().await;
    let (_agent, local) = stage.agent("").await;
    let without = reqwest::Client::new().get(format!("{}/metrics", local.url)).send().await.unwrap();
    assert_eq!(without.status(), StatusCode::UNAUTHORIZED);
}
