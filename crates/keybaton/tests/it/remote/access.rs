//! Where the address and the token come from, and what is said when one of them is of no use.

use super::side::{caller, token};
use crate::stage::{Bench, Keybaton};

/// A whole token that no server knows: `kbt_`, 43 zeros and their checksum.
pub(super) const UNKNOWN: &str = "kbt_00000000000000000000000000000000000000000002rK5F1";

/// A folder with a token and no server.
fn keybaton() -> Keybaton {
    let mut keybaton = Keybaton::new();
    keybaton.set("KEYBATON_TOKEN", UNKNOWN);
    keybaton
}

#[tokio::test]
async fn an_address_is_an_https_url_or_of_this_machine() {
    for (address, word) in [
        ("http://10.0.0.1:7730", "plain http goes to this machine only"),
        ("http://keybaton.example", "plain http goes to this machine only"),
        ("keybaton.example", "no address of a server"),
        ("ftp://keybaton.example", "no address of a server"),
        ("unix:", "no address of a server"),
        ("https://me:s3cret-word@keybaton.example", "a password"),
        ("https://keybaton.example?token=s3cret-word", "a query"),
    ] {
        let ended = keybaton().run(&format!("status --server {address}")).await.exits(2).explains();
        ended.says(&[word, "https://HOST"]).hides("s3cret-word");
    }
}

#[tokio::test]
async fn a_token_is_whole_and_never_an_argument() {
    let mut keybaton = Keybaton::new();
    let line = "status --server http://127.0.0.1:9";
    keybaton.run(line).await.exits(2).explains().says(&["there is no access token", "KEYBATON_TOKEN", "--token-file"]);
    keybaton.set("KEYBATON_TOKEN", "kbt_canary-of-a-token");
    keybaton.run(line).await.exits(2).explains().says(&["no whole access token"]).hides("canary-of-a-token");
    keybaton.run(&format!("{line} --token {UNKNOWN}")).await.exits(2).hides(UNKNOWN);
    keybaton.write("token", "canary-of-a-file");
    let ended = keybaton.run(&format!("{line} --token-file token")).await.exits(2).explains();
    ended.says(&["no whole access token"]).hides("canary-of-a-file");
    keybaton.run(&format!("{line} --token-file missing")).await.exits(2).explains().says(&["cannot be read"]);
}

#[tokio::test]
async fn a_flag_about_a_server_needs_one() {
    let keybaton = Keybaton::new();
    keybaton.run("status --token-file x").await.exits(2).explains().says(&["--token-file is about a server"]);
    keybaton.run("status --ca-file x").await.exits(2).explains().says(&["--ca-file is about a server"]);
}

#[tokio::test]
async fn a_file_of_certificates_has_some() {
    let keybaton = keybaton();
    keybaton.write("ca.pem", "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n");
    let line = "status --server https://127.0.0.1:9 --ca-file";
    keybaton.run(&format!("{line} ca.pem")).await.exits(2).explains().says(&["certificates in PEM"]);
    keybaton.run(&format!("{line} missing")).await.exits(2).explains().says(&["cannot be read"]);
}

#[tokio::test]
async fn a_private_certificate_is_trusted_by_its_file_and_by_nothing_else() {
    let bench = Bench::adopted().await;
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    bench.keybaton.write("server.pem", &cert.pem());
    bench.keybaton.write("server.key", &signing_key.serialize_pem());
    let config = std::fs::read_to_string(bench.keybaton.path("keybaton.toml")).unwrap();
    let listen = "listen = \"127.0.0.1:0\"";
    let secure = format!("{listen}\ntls = {{ certificate = \"server.pem\", key = \"server.key\" }}");
    bench.keybaton.write("keybaton.toml", &config.replace(listen, &secure));
    let token = token(&bench, "--operator deploy --all").await;
    let mut serve = bench.keybaton.start("serve");
    let line = serve.says("https://").await;
    let port = line.split("https://127.0.0.1:").nth(1).unwrap().split(',').next().unwrap();
    let keybaton = caller(&format!("https://localhost:{port}"), &token);
    keybaton.run("status").await.exits(3).explains().says(&["cannot be reached", "--ca-file"]).hides(&token);
    keybaton.write("ca.pem", &cert.pem());
    keybaton.run("status --ca-file ca.pem").await.exits(0).prints(&["payments"]);
}
