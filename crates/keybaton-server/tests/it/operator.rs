//! What an operator's token opens, and that no other opens it. The routes come from the description, so that none is
//! forgotten.

use keybaton_types::{Domain, Powers, Role, Values};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::house::{House, READ};

/// Routes that a consumer's token is for.
const READERS: &[&str] =
    &["/v1/secrets/{name}/{env}", "/v1/secrets/{name}/{env}/sightings", "/v1/secrets/{name}/{env}/auth-results"];

/// A role on the secrets that a token names, or on all.
fn operator(domain: Domain, values: Values) -> Role {
    Role::Operator(Powers { domain, values })
}

/// Every route behind the door: its method and a path that exists.
async fn routes(house: &House) -> Vec<(Method, String, bool)> {
    let document: Value = house.get("/openapi.json").send().await.unwrap().json().await.unwrap();
    let mut routes = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, described) in methods.as_object().unwrap() {
            if described["security"].is_array() {
                let filled = path.replace("{name}", "payments").replace("{env}", "prod");
                let filled = filled.replace("{rotation}", "payments.prod.1").replace("{id}", "a1b2c3d4");
                let method = method.to_uppercase().parse().unwrap();
                routes.push((method, filled, READERS.contains(&path.as_str())));
            }
        }
    }
    routes
}

async fn refused(request: RequestBuilder) -> (StatusCode, String) {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let problem: Value = answer.json().await.unwrap_or_default();
    (status, problem["type"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_readers_token_opens_no_route_of_an_operator_and_an_operators_none_of_a_reader() {
    let house = House::new().await;
    let all = operator(Domain::All, Values::Shown);
    let (everything, _) = house.grant_as(all, "oncall", &["payments/prod", "payments/staging"]).await;
    let routes = routes(&house).await;
    assert!(routes.len() > 15, "{routes:?}");
    for (method, path, is_reader) in routes {
        let request = |token: &str| house.call(method.clone(), &path).bearer_auth(token).json(&json!({}));
        if path.starts_with("/v1/signals/") {
            for token in [&everything, &house.token] {
                let found = refused(request(token)).await;
                assert_eq!(found, (StatusCode::FORBIDDEN, "not-a-signal".to_owned()), "{method} {path}");
            }
        } else if is_reader {
            let found = refused(request(&everything)).await;
            assert_eq!(found, (StatusCode::FORBIDDEN, "out-of-scope".to_owned()), "{method} {path}");
        } else {
            let found = refused(request(&house.token)).await;
            assert_eq!(found, (StatusCode::FORBIDDEN, "not-an-operator".to_owned()), "{method} {path}");
            assert_ne!(refused(request(&everything)).await.0, StatusCode::FORBIDDEN, "{method} {path}");
        }
        let status = loop {
            let (status, _) = refused(house.call(method.clone(), &path).json(&json!({}))).await;
            // one address may fail twenty times at once
            if status != StatusCode::TOO_MANY_REQUESTS {
                break status;
            }
        };
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{method} {path}");
    }
    assert_eq!(house.get(READ).bearer_auth(&house.token).send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn an_operator_of_one_environment_touches_no_other_and_does_not_learn_what_there_is() {
    let house = House::new().await;
    let (staging, _) = house.grant_as(operator(Domain::Named, Values::Shown), "deploy", &["payments/staging"]).await;
    let post = |path: &str, body: Value| house.call(Method::POST, path).bearer_auth(&staging).json(&body);
    for env in ["prod", "absent"] {
        let below = |what: &str| format!("/v1/secrets/payments/{env}/{what}");
        for request in [
            post("/v1/rotations", json!({ "secret": "payments", "env": env })),
            post(&below("requests"), json!({ "request": "rollback" })),
            post(&below("words"), json!({ "consumer": "billing", "word": "moved" })),
            post(&below("adoptions"), json!({ "value": "canary-value" })),
            post(&below("reveals"), json!({})),
            post("/v1/pauses", json!({ "scope": "secret", "name": format!("payments/{env}"), "for_seconds": 60 })),
            house.get(&below("plan")).bearer_auth(&staging),
            house.get(&below("explanation")).bearer_auth(&staging),
            house.get(&format!("/v1/rotations/payments.{env}.1")).bearer_auth(&staging),
            house.get(&format!("/v1/history?secret=payments/{env}")).bearer_auth(&staging),
            house.get(&format!("/v1/audit?secret=payments/{env}")).bearer_auth(&staging),
        ] {
            assert_eq!(refused(request).await, (StatusCode::FORBIDDEN, "out-of-scope".to_owned()), "{env}");
        }
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_not_repeated() {
    let house = House::new().await;
    let (token, _) = house.grant_as(operator(Domain::All, Values::Shown), "oncall", &["payments/prod"]).await;
    let post = |path: &str, body: Value| house.call(Method::POST, path).bearer_auth(&token).json(&body);
    let hash = "a".repeat(64);
    for (path, body) in [
        ("/v1/rotations", json!({ "secret": "payments" })),
        ("/v1/rotations", json!({ "secret": "payments", "env": "prod", "canary-key": 1 })),
        ("/v1/rotations", json!({ "secret": "canary VALUE", "env": "prod" })),
        ("/v1/rotations", json!({ "secret": "payments", "env": "prod", "reason": "canary-value" })),
        ("/v1/secrets/payments/prod/requests", json!({ "request": "canary-value" })),
        ("/v1/secrets/payments/prod/adoptions", json!({ "value": 7, "id": "canary-value" })),
        ("/v1/pauses", json!({ "scope": "secret", "for_seconds": 60 })),
        ("/v1/pauses", json!({ "scope": "all", "name": "canary-value", "for_seconds": 60 })),
        ("/v1/pauses", json!({ "scope": "all" })),
        ("/v1/pauses", json!({ "scope": "all", "until": "canary-value" })),
        ("/v1/pauses", json!({ "scope": "all", "until": "2026-12-24", "for_seconds": 60 })),
        ("/v1/pauses", json!({ "scope": "all", "for_seconds": 60, "reason": "two\nlines of canary-value" })),
        ("/v1/tokens", json!({ "hash": hash, "secrets": ["payments/prod"] })),
        ("/v1/tokens", json!({ "hash": hash, "consumer": "a", "operator": "b", "secrets": ["payments/prod"] })),
        ("/v1/tokens", json!({ "hash": "canary-value", "consumer": "a", "secrets": ["payments/prod"] })),
        ("/v1/tokens", json!({ "hash": hash, "consumer": "a", "all": true })),
        ("/v1/tokens", json!({ "hash": hash, "operator": "a" })),
        ("/v1/tokens", json!({ "hash": hash, "operator": "a b", "all": true })),
        ("/v1/tokens", json!({ "hash": hash, "operator": "a", "all": true, "expires_seconds": 1 })),
    ] {
        let answer = post(path, body.clone()).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{path} {body}");
        assert!(!answer.text().await.unwrap().contains("canary"), "{path} {body}");
    }
    let long = "x".repeat(100_000);
    let answer = post("/v1/rotations", json!({ "secret": long, "env": "prod" })).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let longer = "x".repeat(500_000);
    let answer = post("/v1/secrets/payments/prod/adoptions", json!({ "value": longer })).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    for path in ["/v1/history?limit=x", "/v1/history?canary=1", "/v1/audit?secret=payments", "/v1/rotations/payments"] {
        let answer = house.get(path).bearer_auth(&token).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{path}");
    }
}

#[tokio::test]
async fn a_rotation_that_there_is_not_leads_nowhere_and_a_failure_keeps_its_kind() {
    let house = House::new().await;
    let (token, _) = house.grant_as(operator(Domain::All, Values::Hidden), "oncall", &["payments/prod"]).await;
    let lost = house.get("/v1/rotations/payments.prod.9").bearer_auth(&token);
    assert_eq!(refused(lost).await, (StatusCode::NOT_FOUND, "answer-is-no".to_owned()));
    let unknown = house.get("/v1/secrets/nothing/prod/plan").bearer_auth(&token);
    assert_eq!(refused(unknown).await, (StatusCode::UNPROCESSABLE_ENTITY, "misuse".to_owned()));
    let blind = house.call(Method::POST, "/v1/secrets/payments/prod/reveals").bearer_auth(&token).json(&json!({}));
    assert_eq!(refused(blind).await, (StatusCode::FORBIDDEN, "not-revealing".to_owned()));
}
