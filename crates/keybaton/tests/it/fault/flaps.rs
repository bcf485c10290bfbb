//! A probe that says yes and no in turn.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    routing::get,
};

use super::rig::{is_idle, until};
use crate::{
    remote::serve,
    stage::{Bench, OLD_VALUE, SECRET, Service},
};

/// A door before a service that refuses every second presentation of a new key, from when it is told to.
#[derive(Clone)]
struct Flapping {
    /// What it asks otherwise.
    service: String,
    /// Presentations of a new key since then; as many as can be while it is steady.
    asked: Arc<AtomicUsize>,
}

const STEADY: usize = usize::MAX / 2;

impl Flapping {
    async fn before(service: String) -> (Self, u16) {
        let flapping = Self { service, asked: Arc::new(AtomicUsize::new(STEADY)) };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let router = Router::new().route("/probe", get(answer)).with_state(flapping.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (flapping, port)
    }
}

async fn answer(State(flapping): State<Flapping>, headers: HeaderMap) -> StatusCode {
    let presented = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let flaps = !presented.ends_with(OLD_VALUE) && flapping.asked.load(Ordering::SeqCst) < STEADY;
    if flaps && flapping.asked.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) {
        return StatusCode::UNAUTHORIZED;
    }
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.get(&flapping.service).header(AUTHORIZATION, presented).send().await.unwrap().status()
}

#[tokio::test]
async fn a_probe_that_flaps_takes_nothing_back_and_revokes_nothing() {
    let service = Service::start().await;
    let (flapping, port) = Flapping::before(format!("{}/v1/work", service.url())).await;
    let terms = format!(
        "overlap = {{ min = \"1s\", max = \"1h\" }}\nwatch = {{ for = \"1s\", every = \"500ms\", failures = 2 }}\n\
         consumers = [{{ name = \"billing\", evidence = \"ack\" }}]\n\
         probe = {{ http = \"GET http://127.0.0.1:{port}/probe\", bearer = \"{{{{ value }}}}\", ok = [200], \
         unauthorized = [401] }}"
    );
    let bench = Bench::at(service, &terms).await;
    bench.adopt().await.exits(0);
    let (_serve, _) = serve(&bench).await;
    bench.run(&format!("rotate {SECRET} --yes")).await.exits(0);
    until(&bench, "the drain", |row| row["phase"] == "draining").await;
    flapping.asked.store(0, Ordering::SeqCst);
    let row = until(&bench, "twelve looks", |_| flapping.asked.load(Ordering::SeqCst) >= 12).await;
    assert_eq!((&row["version"], &row["phase"]), (&2.into(), &"draining".into()), "a flap took the new key back");
    assert!(bench.service.lets_in(OLD_VALUE).await, "a flap ended the old key");
    flapping.asked.store(STEADY, Ordering::SeqCst);
    bench.run(&format!("consumers ack {SECRET} billing")).await.exits(0);
    until(&bench, "the end", |row| row["version"] == 2 && is_idle(row)).await;
    bench.assert_whole().await;
}
