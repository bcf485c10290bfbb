//! What instances tell, and what is refused of it.

use keybaton_core::ledger::Seen;
use keybaton_types::CredentialNo;
use reqwest::StatusCode;
use serde_json::json;

use crate::house::{House, READ, secret};

const SIGHTINGS: &str = "/sightings";
const RESULTS: &str = "/auth-results";

#[tokio::test]
async fn each_kind_of_sighting_is_written_before_it_is_answered() {
    let house = House::new().await;
    for (kind, seen) in
        [("fetched", Seen::Fetched), ("delivered", Seen::Delivered), ("used", Seen::Used), ("dropped", Seen::Dropped)]
    {
        for _ in 0..3 {
            let answer = house.tell(SIGHTINGS, &json!({ "version": 1, "kind": kind })).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{kind}");
        }
        let found = house.sightings().await;
        assert!(found.iter().any(|s| s.seen == seen && s.credential == Some(CredentialNo(1))), "{kind}: {found:?}");
    }
    assert_eq!(house.sightings().await.len(), 4);
}

#[tokio::test]
async fn a_version_that_nobody_knows_is_something_unknown() {
    let house = House::new().await;
    let told = house.tell(SIGHTINGS, &json!({ "version": 9, "kind": "used" })).send().await.unwrap();
    assert_eq!(told.status(), StatusCode::NO_CONTENT);
    let seen = house.sightings().await;
    assert_eq!((seen.len(), seen[0].credential, seen[0].seen), (1, None, Seen::Used));
}

#[tokio::test]
async fn reports_add_up_and_refusals_are_dated() {
    let house = House::new().await;
    for body in
        [json!({ "version": 1, "ok": 100 }), json!({ "version": 1, "ok": 5, "unauthorized": 2, "forbidden": 1 })]
    {
        assert_eq!(house.tell(RESULTS, &body).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    }
    let nothing = house.tell(RESULTS, &json!({ "version": 1 })).send().await.unwrap();
    assert_eq!(nothing.status(), StatusCode::NO_CONTENT);
    let reports = house.store.read(&secret("payments/prod")).await.unwrap().unwrap().reports;
    assert_eq!((reports.len(), reports[0].ok, reports[0].refused), (1, 105, 3));
    assert!(reports[0].refused_at.is_some());
}

#[tokio::test]
async fn what_is_not_understood_is_refused_and_not_repeated() {
    let house = House::new().await;
    let canary = "s3cr3t-canary";
    for (path, body) in [
        (SIGHTINGS, json!({ "version": 0, "kind": "used" })),
        (SIGHTINGS, json!({ "version": "1", "kind": "used" })),
        (SIGHTINGS, json!({ "version": 1, "kind": canary })),
        (SIGHTINGS, json!({ "version": 1, "kind": "acked" })),
        (SIGHTINGS, json!({ "version": 1 })),
        (SIGHTINGS, json!({ "version": 1, "kind": "used", canary: true })),
        (SIGHTINGS, json!([canary])),
        (RESULTS, json!({ "version": 1, "ok": -1 })),
        (RESULTS, json!({ "version": 1, "ok": 1_000_000_001u64 })),
        (RESULTS, json!({ "version": 1, "forbidden": u64::MAX })),
        (RESULTS, json!({ "ok": 1 })),
    ] {
        let answer = house.tell(path, &body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{body}");
        let text = answer.text().await.unwrap();
        assert!(!text.contains(canary), "{text}");
    }
    assert!(house.sightings().await.is_empty());
}

#[tokio::test]
async fn a_body_has_a_kind_and_an_end() {
    let house = House::new().await;
    let post = |kind: &'static str, body: Vec<u8>| {
        let url = format!("http://{}{READ}{SIGHTINGS}", house.address);
        reqwest::Client::new().post(url).bearer_auth(&house.token).header("content-type", kind).body(body)
    };
    let whole = br#"{"version":1,"kind":"used"}"#.to_vec();
    let padded = [whole.clone(), vec![b' '; 64 * 1024]].concat();
    for (kind, body, status) in [
        ("application/json; charset=utf-8", whole.clone(), StatusCode::NO_CONTENT),
        ("text/plain", whole.clone(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("application/json", whole[..9].to_vec(), StatusCode::BAD_REQUEST),
        ("application/json", vec![0xff; 10], StatusCode::BAD_REQUEST),
        ("application/json", padded, StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        assert_eq!(post(kind, body).send().await.unwrap().status(), status, "{kind}");
    }
}

#[tokio::test]
async fn evidence_needs_the_same_token_as_a_read() {
    let house = House::new().await;
    let (stranger, _) = house.grant("stage", &["payments/staging"]).await;
    for path in [SIGHTINGS, RESULTS] {
        let post = || reqwest::Client::new().post(format!("http://{}{READ}{path}", house.address)).json(&json!({}));
        assert_eq!(post().send().await.unwrap().status(), StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(post().bearer_auth(&stranger).send().await.unwrap().status(), StatusCode::FORBIDDEN, "{path}");
    }
}
