//! A rotation that goes on while nobody serves its consumers: the agent has the new key from the vault, and the old key
//! dies only when that is known.

use std::time::{Duration, Instant};

use keybaton_testkit::server::{KeyVault, OpenBao, Right, TENANT};
use reqwest::StatusCode;
use rustix::process::Signal;

use super::rig::{Reader, agent_toml, end, fresh, reading};
use crate::stage::{Bench, OLD_VALUE, Running, SECRET, Service};

/// What the tests agree on: an agent is waited for.
const TERMS: &str = "overlap = { min = \"1s\", max = \"1h\" }\nwatch = { for = \"1s\", every = \"500ms\", failures = 2 }\n\
    max_request = \"1s\"\nttl = \"1s\"\nmax_stale = \"5m\"\nconsumers = [{ name = \"checkout\", evidence = \"agent\" }]";

/// The secret by which an application logs in.
const OWN: &str = "own~secret~4471";

/// A server that publishes into a vault, an agent with a detour to it, and a reader of the agent.
struct Site {
    bench: Bench,
    serve: Running,
    agent: Running,
    reader: Reader,
}

impl Site {
    /// A secret that is published under a name; the tables of the vault for the server, and for the agent.
    async fn open(mut bench: Bench, name: &str, vault: &str) -> Self {
        bench.run("init").await.exits(0);
        bench.adopt().await.exits(0);
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let config = std::fs::read_to_string(bench.keybaton.path("keybaton.toml")).unwrap();
        bench.keybaton.write("keybaton.toml", &config.replace("127.0.0.1:0\"", &format!("127.0.0.1:{port}\"")));
        let token = bench.run(&format!("token create --consumer checkout --secret {SECRET}")).await.exits(0).out;
        bench.keybaton.write("token", &token);
        let state = bench.run("state show --json").await.exits(0).json();
        let installation = state["installation"].as_str().unwrap();
        bench.keybaton.write("agent.toml", &agent_toml(installation, name, vault));
        let serve = served(&bench).await;
        let line = format!(
            "agent --server http://127.0.0.1:{port} --token-file token --listen 127.0.0.1:0 --files agent.toml"
        );
        bench.keybaton.set("KEYBATON_INSTANCE", "host-1");
        let mut agent = bench.keybaton.start(&line);
        let reader = Reader::of(&mut agent, &token).await;
        Self { bench, serve, agent, reader }
    }

    /// The server dies, the key is rotated, the agent reads it from the vault; then the server comes back.
    async fn rotates_without_a_server(self) -> Bench {
        let Self { bench, serve, agent, reader } = self;
        reader.comes_to(1, OLD_VALUE).await;
        reader.uses(1).await;
        serve.signal(Signal::KILL);
        serve.ended().await;
        bench.rotate_until("draining").await;
        let document = reader.until("version 2", |_, document| document["version"] == 2).await;
        let value = document["value"].as_str().unwrap().to_owned();
        assert!(value != OLD_VALUE && bench.service.lets_in(&value).await, "{document}");
        assert!(document["stale"].is_string(), "{document}");
        let ended = bench.run(&format!("rotate {SECRET} --wait=4s")).await.exits(6);
        ended.says(&["checkout"]);
        assert!(bench.service.lets_in(OLD_VALUE).await, "nobody could tell that the reader has moved");

        let serve = served(&bench).await;
        reader
            .until("the server's own", |status, document| status == StatusCode::OK && document["stale"].is_null())
            .await;
        reader.comes_to(2, &value).await;
        reader.uses(2).await;
        let ended = bench.run(&format!("rotate {SECRET} --wait --json")).await.exits(0);
        assert_eq!(ended.json()["outcome"], "done");
        assert!(!bench.service.lets_in(OLD_VALUE).await && bench.service.lets_in(&value).await);
        reader.comes_to(2, &value).await;
        end(agent).await;
        serve.signal(Signal::TERM);
        serve.ended().await.exits(0).hides(&value);
        bench
    }
}

async fn served(bench: &Bench) -> Running {
    let mut serve = bench.keybaton.start("serve");
    serve.says("http://").await;
    serve
}

/// The site of a KV secret, whose server may write and whose agent may read.
async fn with_openbao(bao: &OpenBao) -> (Site, String) {
    let path = fresh();
    bao.put(&path, &serde_json::json!({ "value": OLD_VALUE }));
    let terms = format!(
        "vault = \"bao\"\nname = \"{path}\"\n{TERMS}\n[vault.bao]\ntype = \"hashicorp-vault\"\nurl = \"{}\"\n\
         token = {{ file = \"bao.token\" }}\ntimeout = \"3s\"",
        bao.url()
    );
    let bench = Bench::described(Service::start().await, &terms);
    bench.keybaton.write("bao.token", &keybaton_testkit::text(&bao.root()));
    let vault = reading(&bench.keybaton, bao, &path);
    (Site::open(bench, &path, &vault).await, path)
}

#[tokio::test]
async fn a_rotation_through_openbao_waits_for_the_word_of_an_agent_that_already_has_the_new_key() {
    let Some(bao) = OpenBao::shared().await else { return };
    let (site, _) = with_openbao(bao).await;
    site.rotates_without_a_server().await.assert_whole().await;
}

#[tokio::test]
async fn a_rotation_through_a_key_vault_waits_for_the_word_of_an_agent_that_already_has_the_new_key() {
    let server = KeyVault::start(OWN);
    server.by_secret("reader", OWN);
    server.allow("reader", &[Right::Get]);
    assert!(server.put("external-api-key", OLD_VALUE));
    let table = |client: &str| {
        format!(
            "type = \"azure-key-vault\"\nurl = \"{0}\"\nlogin = {{ authority = \"{0}\", tenant_id = \"{TENANT}\", \
             client_id = \"{client}\", client_secret = {{ file = \"azure.secret\" }} }}\nca_file = \"{1}\"\ntimeout = \"2s\"",
            server.url(),
            server.authority().display()
        )
    };
    let own = table(KeyVault::APPLICATION);
    let terms = format!("vault = \"kv\"\nname = \"external-api-key\"\n{TERMS}\n[vault.kv]\n{own}");
    let bench = Bench::described(Service::start().await, &terms);
    bench.keybaton.write("azure.secret", OWN);
    let site = Site::open(bench, "external-api-key", &table("reader")).await;
    site.rotates_without_a_server().await.assert_whole().await;
}

#[tokio::test]
async fn what_an_agent_read_beside_a_stopped_server_that_knows_nothing_of_it_is_told_and_not_counted_as_moved() {
    let Some(bao) = OpenBao::shared().await else { return };
    let (site, path) = with_openbao(bao).await;
    let Site { bench, serve, agent, reader } = site;
    reader.comes_to(1, OLD_VALUE).await;
    let state = bench.run("state show --json").await.exits(0).json();
    serve.signal(Signal::STOP);
    super::rig::publish(bao, &path, state["installation"].as_str().unwrap(), 7, OLD_VALUE);
    let document = reader.until("version 7", |_, document| document["version"] == 7).await;
    assert!(document["stale"].as_str().unwrap().contains(&path), "{document}");
    serve.signal(Signal::CONT);
    reader.until("the server's word", |_, document| document["version"] == 1 && document["stale"].is_null()).await;
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let consumers = bench.status().await["consumers"].clone();
        if consumers["stragglers"].as_array().unwrap().iter().any(|straggler| straggler["instance"] == "host-1") {
            break;
        }
        assert!(Instant::now() < until, "nobody heard of what it had: {consumers}");
    }
    end(agent).await;
    serve.signal(Signal::TERM);
    serve.ended().await.exits(0);
}
