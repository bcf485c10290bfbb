//! `--verify`: what no ledger knows is presented to the endpoints that a file names, and to nobody else.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::get,
};
use tokio::{net::TcpListener, task::JoinHandle};

use super::LINE;
use crate::stage::{Bench, Keybaton};

/// Two keys in the form of a service, put together here so that no scanner finds them in this file.
fn keys() -> [String; 2] {
    ["xofghP9WAI8BU_-CIUg-7y", "yofghP9WAI8BU_-CIUg-7z"]
        .map(|id| format!("SG{}{id}.sQMkw3ZnLh3njyxKdnHIpWX-WaBSsNAedQcYcFnzHYD", '.'))
}

/// What was presented, in order.
type Presented = Arc<Mutex<Vec<String>>>;

/// A service that accepts the first of the keys.
struct Endpoint {
    url: String,
    presented: Presented,
    serving: JoinHandle<()>,
}

impl Endpoint {
    async fn start() -> Self {
        let presented = Presented::default();
        let routes = Router::new().route("/v3/scopes", get(scopes)).with_state(Arc::clone(&presented));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { url, presented, serving }
    }

    fn file(&self) -> String {
        file(&self.url, "sendgrid-key")
    }

    fn presented(&self) -> Vec<String> {
        self.presented.lock().unwrap().clone()
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn scopes(State(presented): State<Presented>, headers: HeaderMap) -> StatusCode {
    let token = headers["authorization"].to_str().unwrap().strip_prefix("Bearer ").unwrap().to_owned();
    let is_known = token == keys()[0];
    presented.lock().unwrap().push(token);
    if is_known { StatusCode::OK } else { StatusCode::UNAUTHORIZED }
}

fn file(url: &str, rule: &str) -> String {
    format!("[{rule}]\nhttp = \"GET {url}/v3/scopes\"\nbearer = \"{{{{ value }}}}\"\n")
}

#[tokio::test]
async fn a_key_that_no_ledger_knows_is_presented_once_and_only_where_that_was_allowed() {
    let (endpoint, keybaton) = (Endpoint::start().await, Keybaton::new());
    let [working, over] = keys();
    keybaton.write("a.py", &format!("one = '{working}'\ntwo = '{over}'\nthree = '{working}'\n{LINE}"));
    keybaton.write("endpoints.toml", &endpoint.file());
    keybaton.run("scan a.py").await.exits(1);
    assert_eq!(endpoint.presented(), Vec::<String>::new(), "without the flag nobody is asked");
    let ended = keybaton.run("scan a.py --verify endpoints.toml").await.exits(1).hides(&working).hides(&over);
    ended.prints(&["it works: its endpoint accepts it", "its endpoint refuses it"]);
    assert_eq!(endpoint.presented(), [working.clone(), over], "each once, and what has no endpoint never");
    let json = keybaton.run("scan a.py --verify endpoints.toml --json").await.exits(1).hides(&working).json();
    let said: Vec<_> = json["findings"].as_array().unwrap().iter().map(|finding| finding["verified"].clone()).collect();
    assert_eq!(said, ["works".into(), "refused".into(), "works".into(), serde_json::Value::Null]);
}

#[tokio::test]
async fn a_managed_key_is_known_by_the_ledger_and_presented_to_nobody() {
    let (endpoint, bench) = (Endpoint::start().await, Bench::adopted().await);
    bench.run(&format!("rotate {} --wait", crate::stage::SECRET)).await;
    let value = bench.value().await;
    bench.keybaton.write("a.sh", &format!("curl -H \"X-Auth-Token: {value}\" https://api.example/\n"));
    bench.keybaton.write("endpoints.toml", &file(&endpoint.url, "token"));
    let ended = bench.run("scan a.sh --verify endpoints.toml").await.exits(1).hides(&value);
    ended.prints(&["payments/prod version 2, still valid"]);
    assert_eq!(endpoint.presented(), Vec::<String>::new());
}

#[tokio::test]
async fn an_endpoint_that_does_not_answer_leaves_it_open() {
    let (endpoint, keybaton) = (Endpoint::start().await, Keybaton::new());
    let [working, _] = keys();
    keybaton.write("a.py", &format!("one = '{working}'\n"));
    keybaton.write("endpoints.toml", &endpoint.file().replace("/v3/scopes", "/v3/nothing"));
    let ended = keybaton.run("scan a.py --verify endpoints.toml").await.exits(1).hides(&working);
    ended.prints(&["it is not known whether it works"]);
    let nowhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    keybaton.write("endpoints.toml", &file(&format!("http://{nowhere}"), "sendgrid-key"));
    let ended = keybaton.run("scan a.py --verify endpoints.toml").await.exits(1).hides(&working);
    ended.prints(&["it is not known whether it works"]).says(&["not verified: sendgrid-key: "]);
}

#[tokio::test]
async fn a_file_that_names_no_endpoint_is_refused_before_anything_is_read() {
    let keybaton = Keybaton::new();
    keybaton.write("a.py", &format!("one = '{}'\n", keys()[0]));
    keybaton.run("scan a.py --verify missing.toml").await.exits(2).explains();
    for (text, why) in [
        ("nonsense", "expected"),
        (&*file("https://api.example", "no-such-rule"), "there is no rule no-such-rule"),
        (&*file("https://api.example", "sendgrid-key").replace("GET", "POST"), "an endpoint is only read from"),
        (&*file("http://api.example", "sendgrid-key"), "plain http goes to loopback only"),
    ] {
        keybaton.write("endpoints.toml", text);
        keybaton.run("scan a.py --verify endpoints.toml").await.exits(2).explains().says(&[why]);
    }
}
