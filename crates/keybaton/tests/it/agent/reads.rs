//! What readers get of an agent, on loopback and on a unix socket.

use std::path::Path;
use std::time::{Duration, Instant};

use keybaton_types::wire::Kind;
use reqwest::{Client, RequestBuilder, StatusCode};
use rustix::process::Signal;
use serde_json::Value;

use super::{Fake, Mood, TOKEN};
use crate::stage::{Keybaton, Running};

pub(super) const A: &str = "v4lue-a-0f-the-test";
const B: &str = "v4lue-b-0f-the-test";
pub(super) const PATH: &str = "/v1/secrets/payments/prod";

pub(super) struct Stage {
    pub(super) keybaton: Keybaton,
    pub(super) fake: Fake,
}

impl Stage {
    pub(super) async fn new() -> Self {
        let (mut keybaton, fake) = (Keybaton::new(), Fake::start(A).await);
        keybaton.write("token", TOKEN);
        keybaton.set("KEYBATON_SERVER", &fake.url());
        keybaton.set("KEYBATON_INSTANCE", "host-1");
        Self { keybaton, fake }
    }

    /// An agent on loopback, and how it is asked.
    pub(super) async fn agent(&self, flags: &str) -> (Running, Loopback) {
        let mut agent = self.keybaton.start(&format!("agent --token-file token --listen 127.0.0.1:0 {flags}"));
        let local = self.reader(&mut agent).await;
        (agent, local)
    }

    /// How an agent is asked that was just started.
    pub(super) async fn reader(&self, agent: &mut Running) -> Loopback {
        let said = agent.says("serving").await;
        let url = said.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
        let url = url.trim_end_matches(',').to_owned();
        Loopback { http: Client::new(), url }
    }
}

pub(super) struct Loopback {
    http: Client,
    pub(super) url: String,
}

impl Loopback {
    pub(super) fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.url)).bearer_auth(TOKEN)
    }

    fn post(&self, path: &str, document: &Value) -> RequestBuilder {
        self.http.post(format!("{}{path}", self.url)).bearer_auth(TOKEN).json(document)
    }

    pub(super) async fn value(&self) -> String {
        let answer = self.get(PATH).send().await.unwrap();
        let status = answer.status();
        let document: Value = answer.json().await.unwrap();
        document["value"].as_str().map_or_else(|| format!("{status}: {document}"), str::to_owned)
    }

    /// Reads until the value is this.
    pub(super) async fn comes_to(&self, value: &str) {
        let until = Instant::now() + Duration::from_secs(30);
        while self.value().await != value {
            assert!(Instant::now() < until, "never came: {value}, but {}", self.value().await);
            tokio::task::yield_now().await;
        }
    }
}

pub(super) async fn end(agent: Running) {
    agent.signal(Signal::TERM);
    agent.ended().await.exits(0).hides(A).hides(B).hides(TOKEN);
}

#[tokio::test]
async fn a_reader_gets_the_document_of_the_server_with_what_is_left_of_its_term() {
    let stage = Stage::new().await;
    let (agent, local) = stage.agent("").await;
    let answer = local.get(PATH).send().await.unwrap();
    assert_eq!((answer.status(), answer.headers()["cache-control"].to_str().unwrap()), (StatusCode::OK, "no-store"));
    let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
    let document: Value = answer.json().await.unwrap();
    assert_eq!((document["value"].as_str(), document["version"].as_u64()), (Some(A), Some(1)));
    let (ttl, age) = (document["ttl_seconds"].as_u64().unwrap(), document["age_seconds"].as_u64().unwrap());
    assert!(ttl < 600 && ttl > 500 && age >= 5, "{document}");
    assert!(document["stale"].is_null() && document["max_stale_seconds"].as_u64() == Some(3600), "{document}");
    let again = local.get(PATH).header("if-none-match", tag).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    end(agent).await;
}

#[tokio::test]
async fn many_readers_cost_one_request_and_hear_of_a_new_version_at_once() {
    let stage = Stage::new().await;
    let (agent, local) = stage.agent("").await;
    let all: Vec<_> = (0..64).map(|_| local.get(PATH).send()).map(tokio::spawn).collect();
    for one in all {
        assert_eq!(one.await.unwrap().unwrap().status(), StatusCode::OK);
    }
    assert!(stage.fake.reads() <= 2, "{} reads: one, and one that is held for news", stage.fake.reads());
    let held = tokio::spawn(local.get(&format!("{PATH}?after_version=1&wait=30s")).send());
    stage.fake.publish(B);
    let document: Value = held.await.unwrap().unwrap().json().await.unwrap();
    assert_eq!((document["value"].as_str(), document["version"].as_u64()), (Some(B), Some(2)));
    assert_eq!(local.value().await, B);
    end(agent).await;
}

#[tokio::test]
async fn what_readers_have_and_say_is_told_under_their_own_names() {
    let stage = Stage::new().await;
    let (agent, local) = stage.agent("").await;
    local.get(PATH).header("keybaton-instance", "app-1").send().await.unwrap();
    stage.fake.hears(1, Kind::Fetched).await;
    let used = local.post(&format!("{PATH}/sightings"), &serde_json::json!({ "version": 1, "kind": "used" }));
    assert_eq!(used.header("keybaton-instance", "app-1").send().await.unwrap().status(), StatusCode::NO_CONTENT);
    let counted = local.post(&format!("{PATH}/auth-results"), &serde_json::json!({ "version": 1, "ok": 7 }));
    assert_eq!(counted.header("keybaton-instance", "app-1").send().await.unwrap().status(), StatusCode::NO_CONTENT);
    let heard = stage.fake.heard();
    assert!(heard.contains(&("app-1".to_owned(), 1, Kind::Fetched)), "{heard:?}");
    assert!(heard.contains(&("app-1".to_owned(), 1, Kind::Used)), "{heard:?}");
    assert!(heard.iter().all(|(name, _, kind)| *kind != Kind::Used || name == "app-1"), "{heard:?}");
    let results = stage.fake.results();
    assert!(results.iter().any(|(name, results)| name == "app-1" && results.ok == 7), "{results:?}");
    end(agent).await;
}

#[tokio::test]
async fn readers_without_the_token_or_for_another_host_are_refused() {
    let stage = Stage::new().await;
    let (agent, local) = stage.agent("").await;
    let url = format!("{}{PATH}", local.url);
    for (request, status) in [
        (local.http.get(&url), 401),
        (local.http.get(&url).bearer_auth("kbt_wrong"), 401),
        (local.get(PATH).header("host", "evil.example"), 421),
        (local.get(PATH).header("origin", "https://evil.example"), 421),
        (local.get("/v1/secrets/payments"), 404),
        (local.get("/v1/secrets/unknown/prod"), 404),
        (local.get("/v2"), 404),
        (local.get(&format!("{PATH}?wait=soon")), 400),
        (local.get(PATH).header("keybaton-instance", "a b"), 400),
        (local.post(PATH, &serde_json::json!({})), 405),
        (local.post(&format!("{PATH}/sightings"), &serde_json::json!({ "version": 1, "kind": "seen" })), 400),
        (local.post(&format!("{PATH}/sightings"), &serde_json::json!({ "version": 1, "x": "y".repeat(5000) })), 413),
    ] {
        let answer = request.send().await.unwrap();
        let (got, text) = (answer.status().as_u16(), answer.text().await.unwrap());
        assert_eq!(got, status, "{text}");
        assert!(text.contains("\"title\"") && !text.contains(A) && !text.contains("yyy"), "{text}");
    }
    end(agent).await;
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_asked_for_once() {
    let stage = Stage::new().await;
    let (agent, local) = stage.agent("").await;
    for _ in 0..40 {
        let answer = local.get("/v1/secrets/unknown/prod").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    }
    assert!(stage.fake.reads() <= 2, "{}", stage.fake.reads());
    end(agent).await;
}

#[tokio::test]
async fn a_server_that_hangs_delays_nobody_who_has_a_good_value() {
    let stage = Stage::new().await;
    stage.fake.ttl(1);
    let (agent, local) = stage.agent("").await;
    assert_eq!(local.value().await, A);
    stage.fake.mood(Mood::Hangs);
    let until = Instant::now() + Duration::from_secs(3);
    let mut longest = Duration::ZERO;
    while Instant::now() < until {
        let begun = Instant::now();
        assert_eq!(local.value().await, A);
        longest = longest.max(begun.elapsed());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // 50 ms by the agent, and what a busy machine adds
    assert!(longest < Duration::from_millis(500), "{longest:?}");
    end(agent).await;
}

#[tokio::test]
async fn an_agent_that_is_killed_in_an_outage_goes_on_with_its_cache() {
    let mut stage = Stage::new().await;
    let (agent, local) = stage.agent("--cache cache").await;
    assert_eq!(local.value().await, A);
    stage.fake.shut().await;
    assert_eq!(local.value().await, A);
    agent.signal(Signal::KILL);
    drop(agent.ended().await);
    let (agent, local) = stage.agent("--cache cache").await;
    assert_eq!(local.value().await, A);
    stage.fake.mood(Mood::Well);
    stage.fake.publish(B);
    stage.fake.open().await;
    local.comes_to(B).await;
    end(agent).await;
}

#[tokio::test]
async fn an_agent_that_is_cut_off_on_purpose_hands_nothing_out_any_more() {
    let stage = Stage::new().await;
    let (agent, local) = stage.agent("").await;
    assert_eq!(local.value().await, A);
    stage.fake.mood(Mood::Says(401));
    let until = Instant::now() + Duration::from_secs(30);
    while local.get(PATH).send().await.unwrap().status() != StatusCode::FORBIDDEN {
        assert!(Instant::now() < until);
        tokio::task::yield_now().await;
    }
    end(agent).await;
}

#[tokio::test]
async fn a_condemned_version_is_handed_to_nobody() {
    let stage = Stage::new().await;
    let (agent, local) = stage.agent("").await;
    assert_eq!(local.value().await, A);
    stage.fake.condemn(1);
    let until = Instant::now() + Duration::from_secs(30);
    while local.get(PATH).send().await.unwrap().status() != StatusCode::SERVICE_UNAVAILABLE {
        assert!(Instant::now() < until);
        tokio::task::yield_now().await;
    }
    stage.fake.publish(B);
    local.comes_to(B).await;
    end(agent).await;
}

#[tokio::test]
async fn on_a_socket_a_reader_without_a_name_is_named_after_its_process() {
    let stage = Stage::new().await;
    let socket = stage.keybaton.path("agent.sock");
    let mut agent = stage.keybaton.start(&format!("agent --token-file token --listen unix:{}", socket.display()));
    agent.says("serving").await;
    let user = rustix::process::getuid().as_raw();
    for _ in 0..2 {
        assert!(String::from_utf8(curl(&socket, None).await.stdout).unwrap().contains(A));
    }
    let names = || {
        let heard = stage.fake.heard().into_iter().map(|heard| heard.0);
        heard
            .filter(|name| name.starts_with(&format!("local.uid{user}.pid")))
            .collect::<std::collections::BTreeSet<_>>()
    };
    stage.fake.until(|| names().len() == 2, "two processes are two readers").await;
    end(agent).await;
}

#[tokio::test]
async fn a_hangup_shuts_out_whoever_is_named_no_more() {
    if !rustix::process::getuid().is_root() {
        return;
    }
    let stage = Stage::new().await;
    let socket = stage.keybaton.path("agent.sock");
    stage.keybaton.write("agent.toml", "version = 1\n[listen]\nusers = [\"65534\"]\nmode = \"0660\"\n");
    let line = format!("agent --token-file token --files agent.toml --listen unix:{}", socket.display());
    let mut agent = stage.keybaton.start(&line);
    agent.says("serving").await;
    for open in [stage.keybaton.path(""), socket.clone()] {
        std::fs::set_permissions(open, std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    }
    assert!(String::from_utf8(curl(&socket, Some("65534")).await.stdout).unwrap().ends_with("\n200"));
    stage.keybaton.write("agent.toml", "version = 1\n[listen]\nmode = \"0666\"\n");
    agent.signal(Signal::HUP);
    agent.says("stays as it was").await;
    assert!(String::from_utf8(curl(&socket, Some("65534")).await.stdout).unwrap().ends_with("\n200"));
    stage.keybaton.write("agent.toml", "version = 1\n[listen]\nmode = \"0660\"\n");
    agent.signal(Signal::HUP);
    agent.says("reloaded").await;
    std::fs::set_permissions(&socket, std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    let text = String::from_utf8(curl(&socket, Some("65534")).await.stdout).unwrap();
    assert!(text.ends_with("\n403") && !text.contains(A), "{text}");
    end(agent).await;
}

async fn curl(socket: &Path, user: Option<&str>) -> std::process::Output {
    let mut command = match user {
        Some(user) => {
            let mut command = tokio::process::Command::new("setpriv");
            command.args([&format!("--reuid={user}"), &format!("--regid={user}"), "--clear-groups", "curl"]);
            command
        }
        None => tokio::process::Command::new("curl"),
    };
    command.args(["-sS", "-w", "\n%{http_code}", "--unix-socket"]).arg(socket).arg(format!("http://agent{PATH}"));
    command.output().await.unwrap()
}

#[tokio::test]
async fn on_a_socket_the_kernel_says_who_asks() {
    let stage = Stage::new().await;
    stage.keybaton.write("agent.toml", "version = 1\n[listen]\nmode = \"0660\"\n");
    let socket = stage.keybaton.path("agent.sock");
    let line = format!("agent --token-file token --files agent.toml --listen unix:{}", socket.display());
    let mut agent = stage.keybaton.start(&line);
    agent.says("serving").await;
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&socket).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o660);
    let asked = curl(&socket, None).await;
    let text = String::from_utf8(asked.stdout).unwrap();
    assert!(text.contains(A) && text.ends_with("\n200"), "{text}");
    if rustix::process::getuid().is_root() {
        // the folder and the socket let anybody in; the agent does not
        for open in [stage.keybaton.path(""), socket.clone()] {
            std::fs::set_permissions(open, std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
        }
        let text = String::from_utf8(curl(&socket, Some("65534")).await.stdout).unwrap();
        assert!(text.contains("\"peer\"") && text.ends_with("\n403") && !text.contains(A), "{text}");
    }
    let other = stage.keybaton.run(&line).await.exits(2).explains();
    assert!(other.err.contains("another agent"), "{}", other.err);
    agent.signal(Signal::KILL);
    drop(agent.ended().await);
    let mut agent = stage.keybaton.start(&line);
    agent.says("serving").await;
    assert!(
        String::from_utf8(curl(&socket, None).await.stdout).unwrap().contains(A),
        "the socket of a killed agent is replaced"
    );
    end(agent).await;
    assert!(!socket.exists());
}

#[tokio::test]
async fn what_cannot_be_served_is_refused_at_the_start() {
    let stage = Stage::new().await;
    stage.keybaton.write("bad.toml", "version = 1\n[[file]]\npath = \"a\"\nsecret = \"a/b\"\ncolour = 1\n");
    for (flags, words) in [
        ("--token-file token --listen 0.0.0.0:7731", "loopback"),
        ("--token-file none", "token"),
        ("", "--token-file"),
        ("--token-file token --files none.toml", "none.toml"),
        ("--token-file token --files bad.toml", "colour"),
    ] {
        stage.keybaton.run(&format!("agent {flags}")).await.exits(2).explains().says(&[words]);
    }
}
