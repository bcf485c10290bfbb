//! Who may come in.

use std::{collections::BTreeSet, time::Duration};

use keybaton_server::Limits;
use reqwest::{RequestBuilder, Response, StatusCode};

use crate::house::{House, READ};

async fn problem(request: RequestBuilder) -> (StatusCode, String, String) {
    let answer: Response = request.send().await.unwrap();
    let status = answer.status();
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let text = answer.text().await.unwrap();
    let problem: serde_json::Value = serde_json::from_str(&text).unwrap();
    (status, problem["type"].as_str().unwrap().to_owned(), text)
}

#[tokio::test]
async fn every_wrong_token_gets_the_same_answer() {
    let house = House::new().await;
    let (expired, _) = house.grant("old", &["payments/prod"]).await;
    house.clock.advance(Duration::from_hours(2));
    let (revoked, id) = house.grant("gone", &["payments/prod"]).await;
    house.tokens.revoke_token(&id, "test").await.unwrap().unwrap();
    let stranger = keybaton_testkit::text(keybaton_seal::AccessToken::draw().unwrap().text());
    let mut answers = BTreeSet::new();
    for token in [&expired, &revoked, &stranger, "kbt_short", "", &"x".repeat(5_000)] {
        answers.insert(problem(house.get(READ).bearer_auth(token)).await);
    }
    answers.insert(problem(house.get(READ)).await);
    answers.insert(problem(house.get(READ).basic_auth("me", Some(&house.token))).await);
    answers.insert(problem(house.get(READ).bearer_auth(&stranger).bearer_auth(&stranger)).await);
    answers.insert(problem(house.get(&format!("{READ}?token={stranger}"))).await);
    assert_eq!(answers.len(), 1, "{answers:?}");
    let (status, kind, _) = answers.into_iter().next().unwrap();
    assert_eq!((status, kind.as_str()), (StatusCode::UNAUTHORIZED, "unauthorized"));
}

#[tokio::test]
async fn a_token_opens_exactly_its_secrets() {
    let house = House::new().await;
    assert_eq!(house.ask(READ).send().await.unwrap().status(), StatusCode::OK);
    for path in ["/v1/secrets/payments/staging", "/v1/secrets/other/prod", "/v1/secrets/nothing/nowhere"] {
        let (status, kind, text) = problem(house.ask(path)).await;
        assert_eq!((status, kind.as_str()), (StatusCode::FORBIDDEN, "out-of-scope"), "{path}");
        assert!(!text.contains(&house.token));
    }
    let (status, kind, _) = problem(house.ask("/v1/secrets/payments/absent")).await;
    assert_eq!((status, kind.as_str()), (StatusCode::NOT_FOUND, "unknown-secret"));
    let (token, _) = house.grant("stage", &["payments/staging"]).await;
    let empty = house.get("/v1/secrets/payments/staging").bearer_auth(token);
    let (status, kind, _) = problem(empty).await;
    assert_eq!((status, kind.as_str()), (StatusCode::NOT_FOUND, "no-key"));
    for path in ["/v1/secrets/Payments/prod", "/v1/secrets/pay%2e/prod", "/v1/secrets/..%2fpayments/prod"] {
        assert_eq!(problem(house.ask(path)).await.0, StatusCode::BAD_REQUEST, "{path}");
    }
}

#[tokio::test]
async fn a_revoked_token_is_noticed_when_its_moment_is_over() {
    let house = House::with(Limits { trust: Duration::from_millis(200), ..Limits::default() }).await;
    let (token, id) = house.grant("billing", &["payments/prod"]).await;
    let read = async || house.get(READ).bearer_auth(&token).send().await.unwrap().status();
    assert_eq!(read().await, StatusCode::OK);
    house.tokens.revoke_token(&id, "test").await.unwrap().unwrap();
    let noticed = async { while read().await != StatusCode::UNAUTHORIZED {} };
    tokio::time::timeout(Duration::from_secs(2), noticed).await.expect("it goes on being served");
}

#[tokio::test]
async fn the_use_of_a_token_is_noted_once_in_a_while() {
    let house = House::new().await;
    assert!(house.tokens.tokens().await.unwrap()[0].used.is_none());
    assert_eq!(house.ask(READ).send().await.unwrap().status(), StatusCode::OK);
    assert!(house.tokens.tokens().await.unwrap()[0].used.is_some());
}

#[tokio::test]
async fn whoever_asks_too_often_is_told_when_to_come_back() {
    let house = House::with(Limits { rate: 1, burst: 3, ..Limits::default() }).await;
    for _ in 0..3 {
        assert_eq!(house.ask(READ).send().await.unwrap().status(), StatusCode::OK);
    }
    let answer = house.ask(READ).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.headers()["retry-after"], "1");
    let (other, _) = house.grant("other", &["payments/prod"]).await;
    assert_eq!(house.get(READ).bearer_auth(other).send().await.unwrap().status(), StatusCode::OK, "another token");
}

#[tokio::test]
async fn five_hundred_requests_a_second_are_allowed() {
    let house = House::new().await;
    for _ in 0..600 {
        assert_eq!(house.ask(READ).send().await.unwrap().status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn an_address_that_guesses_is_slowed_down() {
    let house = House::new().await;
    let mut last = StatusCode::UNAUTHORIZED;
    for _ in 0..200 {
        last = house.get(READ).bearer_auth("kbt_guess").send().await.unwrap().status();
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(house.ask(READ).send().await.unwrap().status(), StatusCode::OK, "a good token is not refused for it");
}
