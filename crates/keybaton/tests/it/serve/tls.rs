//! The certificate of `serve`.

use std::fs;

use rcgen::{CertifiedKey, KeyPair};
use reqwest::{Certificate, Client};
use rustix::process::Signal;

use crate::stage::Bench;

fn made() -> CertifiedKey<KeyPair> {
    rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap()
}

/// Writes a new pair, and says what a client has to trust.
fn renewed(bench: &Bench) -> String {
    let CertifiedKey { cert, signing_key } = made();
    bench.keybaton.write("server.pem", &cert.pem());
    bench.keybaton.write("server.key", &signing_key.serialize_pem());
    cert.pem()
}

/// Writes `[server]` anew.
fn configure(bench: &Bench, server: &str) {
    let text = fs::read_to_string(bench.keybaton.path("keybaton.toml")).unwrap();
    bench.keybaton.write("keybaton.toml", &text.replace("listen = \"127.0.0.1:0\"", server));
}

const SECURE: &str = "listen = \"127.0.0.1:0\"\ntls = { certificate = \"server.pem\", key = \"server.key\" }";

async fn answers(url: &str, pem: &str) -> bool {
    let trusted = Certificate::from_pem(pem.as_bytes()).unwrap();
    let client = Client::builder().no_proxy().tls_certs_only([trusted]).build().unwrap();
    client.get(format!("{url}/healthz")).send().await.is_ok_and(|answer| answer.status().is_success())
}

#[tokio::test]
async fn a_public_address_without_tls_is_refused() {
    let bench = Bench::adopted().await;
    configure(&bench, "listen = \"0.0.0.0:7730\"");
    bench.run("serve").await.exits(2).says(&["public address", "tls", "hint:"]);
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_is_refused_and_its_key_not_shown() {
    let bench = Bench::adopted().await;
    configure(&bench, SECURE);
    bench.run("serve").await.exits(2).says(&["certificate cannot be used", "server.pem", "hint:"]);
    renewed(&bench);
    let other = made().signing_key.serialize_pem();
    bench.keybaton.write("server.key", &other);
    bench.run("serve").await.exits(2).says(&["certificate cannot be used"]).hides(other.lines().nth(1).unwrap());
}

#[tokio::test]
async fn a_hangup_brings_the_new_certificate() {
    let bench = Bench::adopted().await;
    configure(&bench, SECURE);
    let first = renewed(&bench);
    let mut serve = bench.keybaton.start("serve");
    let line = serve.says("https://").await;
    let port = line.split("https://127.0.0.1:").nth(1).unwrap().split(',').next().unwrap();
    let url = format!("https://localhost:{port}");
    assert!(answers(&url, &first).await);
    let second = renewed(&bench);
    serve.signal(Signal::HUP);
    serve.says("reloaded").await;
    assert!(answers(&url, &second).await && !answers(&url, &first).await);
    serve.signal(Signal::TERM);
    serve.ended().await.exits(0);
}
