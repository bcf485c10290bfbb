//! What a reader gets, and what is written down before it does.

use std::time::Duration;

use keybaton_core::ledger::Seen;
use keybaton_types::{CredentialNo, Timestamp};
use reqwest::StatusCode;
use serde_json::Value;

use crate::house::{House, READ, START};

/// `(10 min + 60 min) × 1.001 + 10 s`.
const LEASE: Duration = Duration::from_millis(4_214_200);

async fn value(request: reqwest::RequestBuilder) -> (Value, String) {
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(
        (&answer.headers()["content-type"], &answer.headers()["cache-control"]),
        (&"application/json".parse().unwrap(), &"no-store".parse().unwrap())
    );
    let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
    (answer.json().await.unwrap(), tag)
}

#[tokio::test]
async fn a_read_tells_everything_that_a_holder_has_to_know() {
    let house = House::new().await;
    house.clock.advance(Duration::from_secs(90));
    house.publish(2, "the \"second\" välue\n").await;
    let read = async || value(house.ask(READ)).await;
    let (first, _) = until(read, |(value, _)| value["version"] == 2).await;
    assert_eq!(first["value"], "the \"second\" välue\n");
    assert_eq!((&first["secret"], &first["env"]), (&"payments".into(), &"prod".into()));
    assert_eq!((&first["ttl_seconds"], &first["max_stale_seconds"]), (&600.into(), &3600.into()));
    assert_eq!(first["stale"], Value::Null);
    assert!(first["age_seconds"].as_u64().unwrap() < 5);
    assert_eq!(first["fingerprint"].as_str().unwrap().len(), 32);
    assert_eq!((&first["retiring"], &first["condemned"]), (&Value::Array(vec![]), &Value::Array(vec![])));
}

/// Asks again until the answer is as it should be.
async fn until<T>(ask: impl AsyncFn() -> T, is_right: impl Fn(&T) -> bool) -> T {
    let waited = async {
        loop {
            let answer = ask().await;
            if is_right(&answer) {
                return answer;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), waited).await.unwrap()
}

#[tokio::test]
async fn the_tag_changes_with_a_publish_and_with_a_condemnation() {
    let house = House::new().await;
    let (_, first) = value(house.ask(READ)).await;
    let same = house.ask(READ).header("if-none-match", &first).send().await.unwrap();
    assert_eq!((same.status(), same.headers()["etag"].to_str().unwrap()), (StatusCode::NOT_MODIFIED, first.as_str()));
    assert!(same.bytes().await.unwrap().is_empty());
    house.publish(2, "b").await;
    let next = |known: String| house.ask(&format!("{READ}?wait=20s")).header("if-none-match", known);
    let (body, second) = value(next(format!("\"old\", {first}"))).await;
    assert_eq!(body["version"], 2);
    house.condemn(1).await;
    let (body, third) = value(next(format!("W/{second}"))).await;
    assert_eq!((&body["version"], &body["condemned"]), (&2.into(), &serde_json::json!([1])));
    assert_ne!(second, third);
}

#[tokio::test]
async fn a_held_request_ends_with_a_publish_or_with_its_time() {
    let house = House::new().await;
    let held = tokio::spawn(house.ask(&format!("{READ}?after_version=1&wait=30s")).send());
    while house.sightings().await.is_empty() {
        // the read that was held back is not written down yet: another one is, and shows that the server is there
        value(house.ask(READ)).await;
    }
    house.publish(2, "b").await;
    let answer = tokio::time::timeout(Duration::from_secs(5), held).await.unwrap().unwrap().unwrap();
    assert_eq!(answer.json::<Value>().await.unwrap()["version"], 2);
    let late = house.ask(&format!("{READ}?after_version=2&wait=1ms")).send().await.unwrap();
    assert_eq!(late.status(), StatusCode::NOT_MODIFIED);
    let older = value(house.ask(&format!("{READ}?after_version=1"))).await.0;
    assert_eq!(older["version"], 2);
}

#[tokio::test]
async fn a_grant_with_a_lease_is_written_with_its_end() {
    let house = House::new().await;
    let leased = || house.ask(READ).header("keybaton-lease", "enforced");
    value(leased()).await;
    let seen = house.sightings().await;
    let [grant] = &seen[..] else { panic!("{seen:?}") };
    assert_eq!((grant.consumer.as_str(), grant.instance.as_str()), ("billing", "b-1"));
    assert_eq!((grant.credential, grant.seen, grant.last), (Some(CredentialNo(1)), Seen::Fetched, START));
    let until = grant.lease_until.unwrap();
    assert!(until >= START + LEASE && until <= START + LEASE + Duration::from_mins(1), "{until:?}");
    house.clock.advance(Duration::from_mins(20));
    let renewed = async || {
        value(leased()).await;
        house.sightings().await[0].lease_until.unwrap()
    };
    until_leased(renewed, START + Duration::from_mins(20) + LEASE).await;
}

async fn until_leased(renewed: impl AsyncFn() -> Timestamp, least: Timestamp) {
    until(renewed, |lease| *lease >= least).await;
}

#[tokio::test]
async fn a_read_without_a_lease_is_a_holding_without_an_end() {
    let house = House::new().await;
    value(house.ask(READ)).await;
    value(house.ask(READ).header("keybaton-lease", "enforced")).await;
    let seen = house.sightings().await;
    assert_eq!((seen.len(), seen[0].lease_until), (1, None), "a lease does not undo a copy that has none");
}

#[tokio::test]
async fn without_a_name_an_instance_is_its_address() {
    let house = House::new().await;
    value(house.get(READ).bearer_auth(&house.token)).await;
    assert_eq!(house.sightings().await[0].instance, "127.0.0.1");
}

#[tokio::test]
async fn a_reader_with_a_later_version_is_refused_and_blocks_every_revoke() {
    let house = House::new().await;
    let answer = house.ask(&format!("{READ}?after_version=7")).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["type"], "older-state");
    assert!(!problem.to_string().contains("the first value"));
    let seen = house.sightings().await;
    assert_eq!((seen.len(), seen[0].credential), (1, None), "it holds something that nobody here knows");
}

#[tokio::test]
async fn a_read_that_is_not_understood_is_refused() {
    let house = House::new().await;
    for query in
        ["after_version=x", "after_version=-1", "wait=soon", "wait=", "version=1", "after_version=1&after_version=2"]
    {
        let answer = house.ask(&format!("{READ}?{query}")).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{query}");
    }
    for (header, text) in [("keybaton-instance", ""), ("keybaton-instance", "a b"), ("keybaton-lease", "maybe")] {
        let request = house.get(READ).bearer_auth(&house.token).header(header, text);
        assert_eq!(request.send().await.unwrap().status(), StatusCode::BAD_REQUEST, "{header}: {text}");
    }
    let long = house.get(READ).bearer_auth(&house.token).header("keybaton-instance", "x".repeat(129));
    assert_eq!(long.send().await.unwrap().status(), StatusCode::BAD_REQUEST);
    assert!(house.sightings().await.is_empty());
}

#[tokio::test]
async fn a_server_that_ends_lets_nobody_wait() {
    let house = House::new().await;
    let held = tokio::spawn(house.ask(&format!("{READ}?after_version=1&wait=60s")).send());
    value(house.ask(READ)).await;
    house.end().await;
    let ended = tokio::time::timeout(Duration::from_secs(5), held).await.unwrap().unwrap();
    assert!(ended.is_err() || ended.unwrap().status() == StatusCode::SERVICE_UNAVAILABLE);
}
