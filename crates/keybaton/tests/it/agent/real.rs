//! An agent, and the client library, before the real `keybaton serve`, over TLS: what a reader gets, how it moves, and what
//! happens when the server is silent or somebody else.

use std::time::{Duration, Instant};

use keybaton_client::{Access, Client as Library, Error};
use rcgen::CertifiedKey;
use reqwest::{Client, StatusCode};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::stage::{Bench, Ended, OLD_VALUE, Running, SECRET};

const TERMS: &str = "overlap = { min = \"1s\", max = \"1h\" }\nwatch = { for = \"1s\", every = \"500ms\", failures = 2 }\n\
    max_request = \"1s\"\nttl = \"1s\"\nmax_stale = \"5m\"\nconsumers = [{ name = \"checkout\", evidence = \"agent\" }]";

/// A server with a certificate of its own authority, and a token.
struct Site {
    bench: Bench,
    serve: Running,
    url: String,
}

impl Site {
    async fn open() -> Self {
        let bench = Bench::with(TERMS).await;
        let CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        bench.keybaton.write("server.pem", &cert.pem());
        bench.keybaton.write("server.key", &signing_key.serialize_pem());
        let config = std::fs::read_to_string(bench.keybaton.path("keybaton.toml")).unwrap();
        let secure = "listen = \"127.0.0.1:0\"\ntls = { certificate = \"server.pem\", key = \"server.key\" }";
        bench.keybaton.write("keybaton.toml", &config.replace("listen = \"127.0.0.1:0\"", secure));
        let made = bench.run(&format!("token create --consumer checkout --secret {SECRET}")).await.exits(0);
        bench.keybaton.write("token", &made.out);
        let mut serve = bench.keybaton.start("serve");
        let said = serve.says("https://").await;
        let port = said.split("https://").nth(1).unwrap().split(',').next().unwrap().rsplit(':').next().unwrap().trim();
        let url = format!("https://localhost:{port}");
        Self { bench, serve, url }
    }

    async fn agent(&self, flags: &str) -> (Running, Reader) {
        let line = format!("agent --server {} --token-file token --listen 127.0.0.1:0 {flags}", self.url);
        let mut agent = self.bench.keybaton.start(&line);
        let said = agent.says("serving").await;
        let url =
            said.split_whitespace().find(|word| word.starts_with("http://")).unwrap().trim_end_matches(',').to_owned();
        let token = std::fs::read_to_string(self.bench.keybaton.path("token")).unwrap().trim().to_owned();
        (agent, Reader { http: Client::new(), url: format!("{url}/v1/secrets/{SECRET}"), token })
    }

    fn library(&self, authority: &str) -> Library {
        let access = Access::file(self.bench.keybaton.path("token"));
        let builder = Library::builder(&self.url, access).instance("library-1").timeout(Duration::from_secs(5));
        builder.authorities(self.bench.keybaton.path(authority)).build().unwrap()
    }

    async fn end(self) {
        self.serve.signal(Signal::TERM);
        self.serve.ended().await.exits(0);
    }
}

/// Somebody who reads from the agent under a name.
struct Reader {
    http: Client,
    url: String,
    token: String,
}

impl Reader {
    async fn read(&self) -> (StatusCode, Value) {
        let asked = self.http.get(&self.url).bearer_auth(&self.token).header("keybaton-instance", "reader-1");
        let answer = asked.send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    async fn uses(&self, version: u64) {
        let told = self.http.post(format!("{}/sightings", self.url)).bearer_auth(&self.token);
        let told = told.header("keybaton-instance", "reader-1").json(&json!({ "version": version, "kind": "used" }));
        assert_eq!(told.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    }
}

async fn end(agent: Running) -> Ended {
    agent.signal(Signal::TERM);
    agent.ended().await.exits(0).hides(OLD_VALUE)
}

#[tokio::test]
async fn a_reader_moves_through_an_agent_before_a_real_server_and_the_old_key_waits_for_it() {
    let site = Site::open().await;
    let (agent, reader) = site.agent("--ca-file server.pem --cache cache").await;
    let (status, document) = reader.read().await;
    assert_eq!((status, document["value"].as_str()), (StatusCode::OK, Some(OLD_VALUE)), "{document}");
    reader.uses(1).await;
    site.bench.rotate_until("reader-1").await;
    assert!(site.bench.service.lets_in(OLD_VALUE).await, "the reader has not moved");
    let moved = async {
        loop {
            let (_, document) = reader.read().await;
            if document["version"] == 2 {
                return document["value"].as_str().unwrap().to_owned();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let value = tokio::time::timeout(Duration::from_secs(30), moved).await.unwrap();
    reader.uses(2).await;
    let ended = site.bench.run(&format!("rotate {SECRET} --wait --json")).await.exits(0);
    assert_eq!(ended.json()["outcome"], "done");
    assert!(!site.bench.service.lets_in(OLD_VALUE).await && site.bench.service.lets_in(&value).await);
    end(agent).await.hides(&value);
    site.end().await;
}

#[tokio::test]
async fn a_server_of_another_authority_is_believed_by_nobody() {
    let site = Site::open().await;
    let other = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    site.bench.keybaton.write("other.pem", &other.cert.pem());
    let (agent, reader) = site.agent("--ca-file other.pem").await;
    let (status, document) = reader.read().await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{document}");
    assert!(document["title"].as_str().unwrap().contains("certificate"), "{document}");
    end(agent).await;

    let error = site.library("other.pem").secret(SECRET).unwrap().ready().await.unwrap_err();
    assert!(matches!(&error, Error::Unreachable { cause, .. } if cause.contains("certificate")), "{error:?}");
    let library = site.library("server.pem");
    assert_eq!(library.secret(SECRET).unwrap().ready().await.unwrap().text(), OLD_VALUE);
    library.close().await;
    site.end().await;
}

#[tokio::test]
async fn a_server_that_is_stopped_in_the_middle_delays_nobody_who_has_a_value() {
    let site = Site::open().await;
    let (agent, reader) = site.agent("--ca-file server.pem").await;
    assert_eq!(reader.read().await.0, StatusCode::OK);
    // its connections stay open, new ones are taken by the kernel, and nothing is ever answered
    site.serve.signal(Signal::STOP);
    let (until, mut longest, mut stale) = (Instant::now() + Duration::from_secs(3), Duration::ZERO, 0);
    while Instant::now() < until {
        let begun = Instant::now();
        let (status, document) = reader.read().await;
        longest = longest.max(begun.elapsed());
        assert_eq!((status, document["value"].as_str()), (StatusCode::OK, Some(OLD_VALUE)), "{document}");
        stale += u32::from(document["ttl_seconds"] == 0);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // 50 ms by the agent, and what a busy machine adds
    assert!(longest < Duration::from_millis(500) && stale > 10, "{longest:?}, {stale} stale answers");

    let (other, unread) = site.agent("--ca-file server.pem").await;
    let begun = Instant::now();
    let (status, document) = unread.read().await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{document}");
    assert!(begun.elapsed() < Duration::from_secs(30), "bounded where nothing is at hand: {:?}", begun.elapsed());
    site.serve.signal(Signal::CONT);
    let back = async { while unread.read().await.0 != StatusCode::OK {} };
    tokio::time::timeout(Duration::from_secs(30), back).await.unwrap();
    end(other).await;
    end(agent).await;
    site.end().await;
}
