//! The process of a consumer: one or more instances that call the far service with what the client lends them, until
//! their standard input is closed. Then they say how it went.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use keybaton_client::{Access, CacheKey, Client, DiskCache, Handle};
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use super::far::Far;

/// Where the child finds its orders.
pub(super) const ORDERS: &str = "KEYBATON_TEST_INSTANCE";

/// What a process of instances is to do.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Orders {
    pub(super) server: String,
    pub(super) token: String,
    pub(super) secret: String,
    pub(super) instances: Vec<String>,
    pub(super) far: Far,
    pub(super) habit: Habit,
    /// The pause between two calls of one instance.
    pub(super) pace_ms: u64,
    /// A folder for the disk cache, for processes of one instance.
    pub(super) cache: Option<std::path::PathBuf>,
}

/// How an instance treats what it reads.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Habit {
    /// As it should.
    Steady,
    /// Without push: it takes over a new version when its own copy is due.
    Unpushed,
    /// Makes one call that lasts until it hears a line on its standard input, and goes on as it should then.
    Lags,
    /// Makes a call for each one that it gets itself, over HTTP.
    Serves,
    /// Reads once over plain HTTP, as a shell script does, and uses that for ever.
    Once,
}

/// How it went.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Went {
    /// Calls that the far service let in.
    pub(super) served: u64,
    /// Calls that it refused, as the caller saw it.
    pub(super) refused: Vec<String>,
    /// Calls for which there was nothing to lend.
    pub(super) unserved: Vec<String>,
    /// Calls that did not reach the far service.
    pub(super) lost: Vec<String>,
}

impl Went {
    pub(super) fn add(&mut self, other: Self) {
        self.served += other.served;
        self.refused.extend(other.refused);
        self.unserved.extend(other.unserved);
        self.lost.extend(other.lost);
    }
}

/// Not a test: the child of those about consumers.
#[tokio::test(flavor = "current_thread")]
#[ignore = "started by the tests about consumers"]
async fn a_process_of_instances() {
    let Ok(orders) = std::env::var(ORDERS) else { return };
    let orders: Orders = serde_json::from_str(&orders).unwrap();
    let (stop, go) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let mut tasks = JoinSet::new();
    for name in orders.instances.clone() {
        tasks.spawn(live(orders.clone(), name, Arc::clone(&stop), Arc::clone(&go)));
    }
    std::thread::spawn(move || hear(&stop, &go));
    let mut went = Went::default();
    for one in tasks.join_all().await {
        went.add(one);
    }
    eprintln!("went {}", serde_json::to_string(&went).unwrap());
}

/// A line lets those that lag go on; the end of the input ends everything.
fn hear(stop: &AtomicBool, go: &AtomicBool) {
    let (mut input, mut byte) = (std::io::stdin(), [0]);
    while input.read(&mut byte).is_ok_and(|read| read > 0) {
        go.store(true, Ordering::Release);
    }
    stop.store(true, Ordering::Release);
}

async fn live(orders: Orders, name: String, stop: Arc<AtomicBool>, go: Arc<AtomicBool>) -> Went {
    if orders.habit == Habit::Once {
        return live_on_one_read(orders, name, stop).await;
    }
    let client = client(&orders, &name);
    let handle = client.secret(&orders.secret).unwrap();
    let mut went = Went::default();
    let mut told = None;
    handle.ready().await.unwrap_or_else(|error| panic!("{name} cannot begin: {error}"));
    if orders.habit == Habit::Serves {
        went = serve(&orders.far, &handle, &name, &stop).await;
        client.close().await;
        return went;
    }
    if orders.habit == Habit::Lags {
        eprintln!("{name} ready");
        long_call(&orders.far, &handle, &go, &mut went).await;
    }
    while !stop.load(Ordering::Acquire) {
        call(&orders.far, &handle, &mut went).await;
        let version = handle.notices().version;
        if told != version {
            eprintln!("{name} ready at {}", version.map_or(0, |version| version.0));
            told = version;
        }
        tokio::time::sleep(Duration::from_millis(orders.pace_ms)).await;
    }
    client.close().await;
    went
}

fn client(orders: &Orders, name: &str) -> Client {
    let mut builder = Client::builder(&orders.server, Access::file(&orders.token)).instance(name);
    if orders.habit == Habit::Unpushed {
        builder = builder.hold(Duration::ZERO);
    }
    if let Some(folder) = &orders.cache {
        builder = builder.cache(DiskCache::open(folder, &CacheKey::Beside).unwrap());
    }
    builder.build().unwrap()
}

/// One call as a service makes it.
async fn call(far: &Far, handle: &Handle, went: &mut Went) {
    let ended = handle.call_by(Far::said, |lent| {
        let (far, version, login) = (far.clone(), lent.version(), lent.text().to_owned());
        async move {
            let answer = far.work(&login).await;
            drop(lent);
            (version, answer)
        }
    });
    match ended.await {
        Err(error) => went.unserved.push(error.to_string()),
        Ok((version, answer)) => went.count(version.0, &answer),
    }
}

/// Calls the far service for each call that comes, until it is to stop.
async fn serve(far: &Far, handle: &Handle, name: &str, stop: &AtomicBool) -> Went {
    let went = Arc::new(tokio::sync::Mutex::new(Went::default()));
    let (far, handle, counted) = (far.clone(), handle.clone(), Arc::clone(&went));
    let answer = async move || {
        let mut one = Went::default();
        call(&far, &handle, &mut one).await;
        let status = if one.served == 1 { StatusCode::OK } else { StatusCode::BAD_GATEWAY };
        counted.lock().await.add(one);
        status
    };
    let router = Router::new().route("/", get(answer));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    eprintln!("{name} ready on http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    while !stop.load(Ordering::Acquire) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    serving.abort();
    std::mem::take(&mut *went.lock().await)
}

/// A call that lasts: the far service hears of the version at its end.
async fn long_call(far: &Far, handle: &Handle, go: &AtomicBool, went: &mut Went) {
    let lent = handle.get().unwrap();
    while !go.load(Ordering::Acquire) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let answer = far.work(lent.text()).await;
    lent.answered(Far::said(&(lent.version(), answer.clone())));
    went.count(lent.version().0, &answer);
}

async fn live_on_one_read(orders: Orders, name: String, stop: Arc<AtomicBool>) -> Went {
    let token = std::fs::read_to_string(&orders.token).unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let read = http.get(format!("{}/v1/secrets/{}", orders.server, orders.secret)).bearer_auth(token.trim());
    let read = read.header("keybaton-instance", &name).send().await.unwrap();
    let value = read.json::<serde_json::Value>().await.unwrap()["value"].as_str().unwrap().to_owned();
    eprintln!("{name} ready");
    let mut went = Went::default();
    while !stop.load(Ordering::Acquire) {
        went.count(1, &orders.far.work(&value).await);
        tokio::time::sleep(Duration::from_millis(orders.pace_ms)).await;
    }
    went
}

impl Went {
    fn count(&mut self, version: u64, answer: &super::far::Answered) {
        match answer {
            super::far::Answered::Served => self.served += 1,
            super::far::Answered::Refused(words) => self.refused.push(format!("version {version}: {words}")),
            super::far::Answered::Lost(words) => self.lost.push(words.clone()),
        }
    }
}
