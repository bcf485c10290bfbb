//! The server is gone, hangs or refuses; the vault is a real `OpenBao`, which is sealed, throttles or is gone too.

use keybaton_testkit::server::OpenBao;
use keybaton_types::wire::Kind;
use reqwest::StatusCode;

use super::rig::{Stage, end};
use crate::agent::Mood;

const SINCE: &str = "keybaton_agent_detour_since_seconds";
const FAILING: &str = "keybaton_agent_detour_failing";

#[tokio::test]
async fn a_version_that_was_published_while_the_server_is_gone_is_read_from_the_vault_and_the_servers_word_wins() {
    let Some(bao) = OpenBao::shared().await else { return };
    let mut stage = Stage::new(bao).await;
    stage.fake.ttl(1);
    let (mut agent, reader) = stage.agent("--cache cache").await;
    reader.comes_to(1, "v4lue-1-0f-the-test").await;
    assert_eq!(reader.metric(SINCE).await, 0);
    stage.fake.shut().await;
    stage.publish(2);
    let document = reader.comes_to(2, "v4lue-2-0f-the-test").await;
    let why = document["stale"].as_str().unwrap();
    assert!(document["ttl_seconds"] == 0 && why.contains(&stage.path) && why.contains("since"), "{document}");
    assert!(reader.metric(SINCE).await > 1_700_000_000);
    agent.says("a version is read from the vault itself").await;
    stage.fake.mood(Mood::Well);
    stage.fake.open().await;
    reader.comes_to(1, "v4lue-1-0f-the-test").await;
    stage.fake.hears(2, Kind::Fetched).await;
    assert!(!stage.fake.has_heard(2, Kind::Used) && !stage.fake.has_heard(2, Kind::Delivered));
    assert_eq!(reader.metric(SINCE).await, 0);
    end(agent).await;
}

#[tokio::test]
async fn a_server_that_hangs_is_silent_too() {
    let Some(bao) = OpenBao::shared().await else { return };
    let stage = Stage::new(bao).await;
    stage.fake.ttl(1);
    let (agent, reader) = stage.agent("").await;
    reader.comes_to(1, "v4lue-1-0f-the-test").await;
    stage.fake.mood(Mood::Hangs);
    stage.publish(2);
    reader.comes_to(2, "v4lue-2-0f-the-test").await;
    stage.fake.publish("v4lue-2-0f-the-test");
    stage.fake.publish("v4lue-3-0f-the-test");
    stage.fake.mood(Mood::Well);
    reader.comes_to(3, "v4lue-3-0f-the-test").await;
    end(agent).await;
}

#[tokio::test]
async fn a_server_that_refuses_the_agent_is_no_reason_to_read_the_vault_not_even_when_it_is_gone_later() {
    let Some(bao) = OpenBao::shared().await else { return };
    let mut stage = Stage::new(bao).await;
    let (agent, reader) = stage.agent("--cache cache").await;
    reader.comes_to(1, "v4lue-1-0f-the-test").await;
    stage.fake.mood(Mood::Says(403));
    reader.until("it is refused", |status, _| status == StatusCode::FORBIDDEN).await;
    stage.fake.shut().await;
    let asked = std::time::Instant::now();
    while asked.elapsed().as_secs() < 5 {
        let (status, document) = reader.read().await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{document}");
    }
    end(agent).await;
    let (agent, reader) = stage.agent("--cache cache").await;
    for _ in 0..3 {
        let (status, document) = reader.read().await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "a restart forgets no refusal: {document}");
    }
    end(agent).await;
}

#[tokio::test]
async fn a_vault_that_is_sealed_takes_nothing_away_and_is_said() {
    let Some(bao) = OpenBao::start().await else { return };
    let mut stage = Stage::new(&bao).await;
    stage.fake.ttl(1);
    let (mut agent, reader) = stage.agent("").await;
    reader.comes_to(1, "v4lue-1-0f-the-test").await;
    stage.fake.shut().await;
    stage.publish(2);
    reader.comes_to(2, "v4lue-2-0f-the-test").await;
    bao.seal();
    let sealed = |_, document: &serde_json::Value| document["stale"].as_str().is_some_and(|why| why.contains("sealed"));
    let document = reader.until("the seal is said", sealed).await;
    assert_eq!((document["version"].as_u64(), document["value"].as_str()), (Some(2), Some("v4lue-2-0f-the-test")));
    assert_eq!(reader.metric(FAILING).await, 1);
    agent.says("nothing is taken from the vault").await;
    bao.unseal().await;
    stage.publish(3);
    reader.comes_to(3, "v4lue-3-0f-the-test").await;
    while reader.metric(FAILING).await != 0 {}
    end(agent).await;
}

#[tokio::test]
async fn an_agent_that_starts_without_a_server_and_without_a_cache_has_the_vault() {
    let Some(bao) = OpenBao::shared().await else { return };
    let mut stage = Stage::new(bao).await;
    stage.fake.shut().await;
    let (agent, reader) = stage.agent("").await;
    let (status, document) = reader.read().await;
    assert_eq!((status, document["value"].as_str()), (StatusCode::OK, Some("v4lue-1-0f-the-test")), "{document}");
    stage.fake.mood(Mood::Well);
    stage.fake.open().await;
    stage.fake.hears(1, Kind::Fetched).await;
    reader.until("the server's own", |_, document| document["stale"].is_null()).await;
    end(agent).await;
}

#[tokio::test]
async fn what_carries_another_number_or_none_is_never_handed_out() {
    let Some(bao) = OpenBao::shared().await else { return };
    let mut stage = Stage::new(bao).await;
    stage.fake.shut().await;
    bao.put(&stage.path, &serde_json::json!({ "value": "v4lue-of-somebody" }));
    let (agent, reader) = stage.agent("").await;
    let says = |words: &'static str| {
        move |status: StatusCode, document: &serde_json::Value| {
            status == StatusCode::SERVICE_UNAVAILABLE && document["title"].as_str().unwrap().contains(words)
        }
    };
    reader.until("it is nobody's", says("no number of this keybaton")).await;
    super::rig::publish(bao, &stage.path, "0thers", 9, "v4lue-of-others");
    reader.until("it is another installation's", says("no number of this keybaton")).await;
    assert_eq!(reader.metric(FAILING).await, 1);
    stage.publish(4);
    reader.comes_to(4, "v4lue-4-0f-the-test").await;
    end(agent).await;
}
