//! What everybody meets before any route: who is meant, unknown paths, the description, the end.

use std::time::Duration;

use keybaton_server::Limits;
use reqwest::StatusCode;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::house::House;

#[tokio::test]
async fn a_server_on_loopback_answers_only_those_who_mean_it() {
    let house = House::new().await;
    let port = house.address.port();
    for host in [format!("127.0.0.1:{port}"), format!("localhost:{port}")] {
        let answer = house.get("/healthz").header("host", &host).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{host}");
    }
    for host in ["evil.example".to_owned(), format!("evil.example:{port}"), "127.0.0.1:1".to_owned()] {
        let answer = house.get("/healthz").header("host", &host).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::MISDIRECTED_REQUEST, "{host}");
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem["type"], "misdirected");
    }
    let page = house.get("/healthz").header("origin", "http://evil.example").send().await.unwrap();
    assert_eq!(page.status(), StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn a_refusal_is_a_problem_document() {
    let house = House::new().await;
    let answer = house.get("/v2/anything").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let problem: Value = answer.json().await.unwrap();
    assert_eq!((&problem["type"], &problem["status"]), (&"unknown-route".into(), &404.into()));
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let house = House::new().await;
    let answer = house.get("/healthz").header("x-long", "x".repeat(64 * 1024)).send().await;
    assert!(answer.is_err() || answer.unwrap().status() == StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    assert_eq!(house.get("/healthz").send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn the_description_names_every_path_and_each_reference_in_it_exists() {
    let house = House::new().await;
    let document: Value = house.get("/openapi.json").send().await.unwrap().json().await.unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    for path in ["/healthz", "/readyz", "/openapi.json", "/v1/secrets/{name}/{env}"] {
        assert!(document["paths"][path]["get"]["responses"].is_object(), "{path}");
    }
    let mut references = Vec::new();
    gather(&document, &mut references);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

/// Every `$ref` in a document.
fn gather(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            references.extend(map.get("$ref").and_then(Value::as_str).map(ToOwned::to_owned));
            map.values().for_each(|value| gather(value, references));
        }
        Value::Array(list) => list.iter().for_each(|value| gather(value, references)),
        _ => {}
    }
}

#[tokio::test]
async fn a_server_that_ends_does_not_wait_for_who_says_nothing() {
    let house = House::with(Limits { farewell: Duration::from_millis(200), ..Limits::default() }).await;
    let mut silent = TcpStream::connect(house.address).await.unwrap();
    silent.write_all(b"GET /healthz HTTP/1.1\r\nhost: ").await.unwrap();
    let mut idle = TcpStream::connect(house.address).await.unwrap();
    idle.write_all(format!("GET /healthz HTTP/1.1\r\nhost: {}\r\n\r\n", house.address).as_bytes()).await.unwrap();
    let mut answered = [0; 15];
    idle.read_exact(&mut answered).await.unwrap();
    assert_eq!(&answered, b"HTTP/1.1 200 OK");
    house.end().await;
}
