//! An issuer with three regions, of which one knows a new key at once and the others later.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header::AUTHORIZATION},
};

use super::rig::{is_idle, until};
use crate::{
    remote::serve,
    stage::{Bench, OLD_VALUE, SECRET},
};

/// How long a new key is unknown in two of the regions; the configuration says the same.
const LATE: Duration = Duration::from_secs(4);

/// The front of the service: each call with a key goes to the next region, and none begins where the key is known first.
#[derive(Clone)]
struct Front {
    back: String,
    client: reqwest::Client,
    /// When a key was first presented, and how often since; the old one has been known for ever.
    known: Arc<Mutex<BTreeMap<String, (Instant, usize)>>>,
    /// Calls that were refused because a region did not know the key yet.
    young: Arc<AtomicUsize>,
}

impl Front {
    async fn start(back: &str) -> (Self, String) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let (known, young) = (Arc::default(), Arc::default());
        let front = Self { back: back.to_owned(), client, known, young };
        let router = Router::new().fallback(pass).with_state(front.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (front, url)
    }

    /// Whether the region that is asked does not know the key yet.
    fn is_young(&self, key: &str) -> bool {
        let mut known = self.known.lock().unwrap();
        let (since, calls) = known.entry(key.to_owned()).or_insert_with(|| (Instant::now(), 0));
        *calls += 1;
        let region = *calls % 3;
        key != format!("Bearer {OLD_VALUE}") && region != 0 && since.elapsed() < LATE
    }
}

async fn pass(State(front): State<Front>, uri: Uri, headers: HeaderMap) -> StatusCode {
    let key = headers.get(AUTHORIZATION).and_then(|key| key.to_str().ok()).unwrap_or_default().to_owned();
    if front.is_young(&key) {
        front.young.fetch_add(1, Ordering::SeqCst);
        return StatusCode::UNAUTHORIZED;
    }
    let asked = front.client.get(format!("{}{}", front.back, uri.path())).header(AUTHORIZATION, key);
    asked.send().await.map_or(StatusCode::BAD_GATEWAY, |answer| answer.status())
}

#[tokio::test]
async fn a_key_that_one_region_knows_is_not_published_before_all_do() {
    let bench = Bench::adopted().await;
    let (front, url) = Front::start(bench.service.url()).await;
    let config = std::fs::read_to_string(bench.keybaton.path("keybaton.toml")).unwrap();
    let config = config.replace(&format!("GET {}/health", bench.service.url()), &format!("GET {url}/health"));
    bench.keybaton.write("keybaton.toml", &config.replace("propagation = \"200ms\"", "propagation = \"5s\""));
    let (_serve, server) = serve(&bench).await;
    let shop = super::rig::Reader::new(&bench, &server, "shop").await;
    bench.run(&format!("rotate {SECRET} --yes")).await.exits(0);
    let (mut calls, client) = (0, reqwest::Client::builder().no_proxy().build().unwrap());
    let rotated = async {
        loop {
            let read = shop.reads().await;
            let value = read["value"].as_str().unwrap();
            // what was read is used at once, in every region
            for _ in 0..3 {
                let work = client.get(format!("{url}/v1/work")).bearer_auth(value).send().await.unwrap();
                assert!(work.status().is_success(), "a consumer was refused with version {}", read["version"]);
                calls += 1;
            }
            if read["version"] == 2 && is_idle(&bench.status().await) {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_mins(2), rotated).await.expect("the rotation never ended");
    assert!(front.young.load(Ordering::SeqCst) > 0, "every region knew the new key at once");
    eprintln!("{calls} calls in three regions, and not one was refused");
    until(&bench, "rest", is_idle).await;
}
