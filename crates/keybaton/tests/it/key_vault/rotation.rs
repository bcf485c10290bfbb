//! A whole rotation into a key vault that consumers read by Microsoft's client.

use std::process::Stdio;

use keybaton_testkit::server::{TENANT, python, skipped};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

use super::rig::{NAME, OWN, Rig, SHORT};
use crate::stage::{OLD_VALUE, SECRET};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/key_vault/consumer.py");

/// A consumer in Python.
struct Consumer {
    child: tokio::process::Child,
    out: BufReader<tokio::process::ChildStdout>,
    stop: std::path::PathBuf,
}

impl Consumer {
    async fn start(rig: &Rig) -> Self {
        rig.server.by_secret("reader", OWN);
        rig.server.allow("reader", &[keybaton_testkit::server::Right::Get]);
        let stop = rig.bench.keybaton.path("stop");
        let mut child = tokio::process::Command::new("python3")
            .arg(SCRIPT)
            .env("PYTHONPATH", python())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("VAULT", rig.server.url())
            .env("AUTHORITY", rig.server.authority())
            .env("TENANT", TENANT)
            .env("SECRET", OWN)
            .env("NAME", NAME)
            .env("SERVICE", format!("{}/health", rig.bench.service.url()))
            .env("STOP", &stop)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).await.unwrap();
        assert_eq!(line, "ready\n", "python3 with the client of Key Vault is needed: cargo xtask packages");
        Self { child, out, stop }
    }

    async fn ended(mut self) -> serde_json::Value {
        std::fs::write(&self.stop, "").unwrap();
        let mut told = String::new();
        self.out.read_to_string(&mut told).await.unwrap();
        assert!(self.child.wait().await.unwrap().success(), "{told}");
        serde_json::from_str(&told).unwrap()
    }
}

#[tokio::test]
async fn consumers_that_read_the_vault_by_the_client_of_microsoft_are_never_refused() {
    if skipped() {
        return;
    }
    let rig = Rig::adopted(SHORT).await;
    let consumer = Consumer::start(&rig).await;
    for _ in 0..2 {
        rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(0).hides(OLD_VALUE).hides(OWN);
    }
    let told = consumer.ended().await;
    assert_eq!(told["refused"], 0, "{told}");
    assert_eq!(told["keys"], 3, "{told}");
    assert!(told["calls"].as_u64().unwrap() > 20, "{told}");
    assert!(!rig.bench.service.lets_in(OLD_VALUE).await);
    assert_eq!(rig.enabled(), [false, false, true], "what holds a revoked key is disabled");
    rig.assert_whole().await;
}

#[tokio::test]
async fn the_key_goes_back_into_the_vault_when_the_rotation_does() {
    let terms = "watch = { for = \"4s\", every = \"500ms\" }\noverlap = { min = \"1s\", until = \"time\" }";
    let rig = Rig::adopted(terms).await;
    rig.bench.rotate_until("draining").await;
    assert_ne!(rig.server.get(NAME).as_deref(), Some(OLD_VALUE));
    rig.bench.run(&format!("rollback {SECRET} --wait")).await.exits(0);
    assert_eq!(rig.server.get(NAME).as_deref(), Some(OLD_VALUE));
    assert_eq!(rig.server.versions(NAME).len(), 3, "it comes back as a new version");
    rig.assert_whole().await;
}
