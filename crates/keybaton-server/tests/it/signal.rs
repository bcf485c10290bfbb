//! What alert managers push: who may, what is refused, and that a recorded delivery says nothing the second time.

use std::time::Duration;

use keybaton_core::{civil::rfc3339, ledger::Course};
use keybaton_types::{Role, Timestamp};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::{House, START, secret};

const PATH: &str = "/v1/signals/alertmanager";

fn alert(status: &str, env: &str, began: Timestamp) -> Value {
    let labels =
        json!({ "alertname": "Refused", "secret": "payments", "env": env, "consumer": "shop", "version": "2" });
    json!({ "status": status, "labels": labels, "annotations": {}, "startsAt": rfc3339(began),
            "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "http://p/", "fingerprint": "3f2a9c0011223344" })
}

fn delivery(alerts: &[Value]) -> Value {
    json!({ "version": "4", "groupKey": "{}", "status": "firing", "receiver": "keybaton", "alerts": alerts })
}

async fn push(house: &House, token: &str, body: &Value) -> StatusCode {
    house.call(Method::POST, PATH).bearer_auth(token).json(body).send().await.unwrap().status()
}

/// The word that the ledger has of the alert manager.
async fn course(house: &House) -> Option<Course> {
    let storms = house.store.read(&secret("payments/prod")).await.unwrap().unwrap().storms;
    assert!(storms.iter().all(|storm| storm.source == "alarms of am" && storm.what.contains("shop with version 2")));
    storms.first().map(|storm| storm.course)
}

#[tokio::test]
async fn an_alarm_is_a_storm_while_it_lasts_and_a_recorded_one_is_refused() {
    let house = House::new().await;
    let (am, _) = house.grant_as(Role::Signal, "am", &["payments/prod"]).await;
    let fires = delivery(&[alert("firing", "prod", START)]);
    let ends = delivery(&[alert("resolved", "prod", START)]);
    for _ in 0..2 {
        assert_eq!(push(&house, &am, &fires).await, StatusCode::NO_CONTENT);
        assert_eq!(course(&house).await, Some(Course::Rages));
    }
    house.clock.advance(Duration::from_mins(2));
    for _ in 0..2 {
        assert_eq!(push(&house, &am, &ends).await, StatusCode::NO_CONTENT, "an alert manager may repeat an end");
        assert_eq!(course(&house).await, Some(Course::Over));
    }
    assert_eq!(push(&house, &am, &fires).await, StatusCode::CONFLICT);
    assert_eq!(course(&house).await, Some(Course::Over));
    let both = delivery(&[alert("firing", "prod", START), alert("firing", "prod", START + Duration::from_mins(2))]);
    assert_eq!(push(&house, &am, &both).await, StatusCode::NO_CONTENT, "what is new in it counts");
    assert_eq!(course(&house).await, Some(Course::Rages));
    assert_eq!(push(&house, &am, &ends).await, StatusCode::CONFLICT, "the end of another one");
    assert_eq!(course(&house).await, Some(Course::Rages));
}

#[tokio::test]
async fn nobody_tells_of_alarms_without_a_token_for_it() {
    let house = House::new().await;
    let fires = delivery(&[alert("firing", "prod", START)]);
    let plain = house.call(Method::POST, PATH).json(&fires).send().await.unwrap();
    assert_eq!(plain.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(push(&house, "kbt_forged", &fires).await, StatusCode::UNAUTHORIZED);
    let (operator, _) = house.grant_as("operator all reveal".parse().unwrap(), "ops", &["payments/prod"]).await;
    let (am, id) = house.grant_as(Role::Signal, "am", &["payments/prod"]).await;
    for token in [&house.token, &operator] {
        assert_eq!(push(&house, token, &fires).await, StatusCode::FORBIDDEN);
    }
    let beside = delivery(&[alert("firing", "prod", START), alert("firing", "staging", START)]);
    assert_eq!(push(&house, &am, &beside).await, StatusCode::FORBIDDEN);
    assert_eq!(course(&house).await, None, "half of a refused delivery counted");
    let read = house.get("/v1/secrets/payments/prod").bearer_auth(&am).send().await.unwrap();
    assert_eq!(read.status(), StatusCode::FORBIDDEN, "it reads a value");
    house.tokens.revoke_token(&id, "test").await.unwrap();
    tokio::time::timeout(Duration::from_secs(20), async {
        while push(&house, &am, &fires).await != StatusCode::UNAUTHORIZED {}
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_delivery_that_is_none_is_refused_and_not_repeated() {
    let house = House::new().await;
    let (am, _) = house.grant_as(Role::Signal, "am", &["payments/prod"]).await;
    let with = |key: &str, value: Value| {
        let mut alert = alert("firing", "prod", START);
        alert[key] = value;
        delivery(&[alert])
    };
    let tomorrow = rfc3339(START + Duration::from_hours(24));
    for (body, status) in [
        (json!({}), StatusCode::BAD_REQUEST),
        (json!({ "version": "5", "alerts": [] }), StatusCode::BAD_REQUEST),
        (with("status", json!("s3cr3t-canary")), StatusCode::BAD_REQUEST),
        (with("startsAt", json!("yesterday, s3cr3t-canary")), StatusCode::BAD_REQUEST),
        (with("fingerprint", json!("")), StatusCode::BAD_REQUEST),
        (with("labels", json!({ "alertname": "s3cr3t-canary" })), StatusCode::UNPROCESSABLE_ENTITY),
        (with("labels", json!({ "secret": "../etc", "env": "prod" })), StatusCode::UNPROCESSABLE_ENTITY),
        (with("startsAt", json!(tomorrow)), StatusCode::CONFLICT),
        (delivery(&vec![alert("firing", "prod", START); 1_001]), StatusCode::BAD_REQUEST),
        (with("labels", json!({ "x": "x".repeat(1 << 20) })), StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let answer = house.call(Method::POST, PATH).bearer_auth(&am).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), status, "{body:.200}");
        assert!(!answer.text().await.unwrap().contains("s3cr3t-canary"));
    }
    assert_eq!(course(&house).await, None);
}
