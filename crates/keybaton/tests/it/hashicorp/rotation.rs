//! A whole rotation into a KV secret that consumers read by a client that many people use.

use std::process::Stdio;

use keybaton_testkit::server::{OpenBao, python};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

use super::rig::{Rig, SHORT};
use crate::stage::{OLD_VALUE, SECRET};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/hashicorp/consumer.py");

/// A consumer in Python.
struct Consumer {
    child: tokio::process::Child,
    out: BufReader<tokio::process::ChildStdout>,
    stop: std::path::PathBuf,
}

impl Consumer {
    async fn start(rig: &Rig<'_>) -> Self {
        let (file, stop) = (rig.bench.keybaton.path("reader.token"), rig.bench.keybaton.path("stop"));
        let policy = format!("path \"secret/data/{}\" {{ capabilities = [\"read\"] }}", rig.path);
        let token = rig.bao.token(&format!("reader-{}", rig.path.replace('/', "-")), &policy, "1h");
        rig.bench.keybaton.write("reader.token", &keybaton_testkit::text(&token));
        let mut child = tokio::process::Command::new("python3")
            .arg(SCRIPT)
            .env("PYTHONPATH", python())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("BAO_ADDR", rig.bao.url())
            .env("BAO_TOKEN_FILE", file)
            .env("KV_PATH", &rig.path)
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
        assert_eq!(line, "ready\n", "python3 with hvac is needed: cargo xtask packages");
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
async fn consumers_that_read_the_vault_by_hvac_are_never_refused() {
    let Some(bao) = OpenBao::shared().await else { return };
    let rig = Rig::adopted(bao, SHORT).await;
    let consumer = Consumer::start(&rig).await;
    for _ in 0..2 {
        rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(0).hides(OLD_VALUE);
    }
    let told = consumer.ended().await;
    assert_eq!(told["refused"], 0, "{told}");
    assert_eq!(told["keys"], 3, "{told}");
    assert!(told["calls"].as_u64().unwrap() > 20, "{told}");
    assert!(!rig.bench.service.lets_in(OLD_VALUE).await);
    rig.assert_whole().await;
}

#[tokio::test]
async fn a_version_with_a_revoked_key_is_destroyed_unless_it_holds_more() {
    let Some(bao) = OpenBao::shared().await else { return };
    let rig = Rig::adopted(bao, SHORT).await;
    rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    assert_eq!(rig.destroyed(), Vec::<u64>::new(), "every version holds a field of somebody");
    bao.put(&rig.path, &serde_json::json!({ "value": rig.bench.value().await }));
    for _ in 0..2 {
        rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    }
    // 1 was there, 2 and 3 have the field of somebody, 4 was written without it by somebody, 5 and 6 are ours alone.
    assert_eq!(rig.destroyed(), [5]);
    rig.bench.assert_whole().await;
}

#[tokio::test]
async fn the_key_goes_back_into_the_vault_when_the_rotation_does() {
    let Some(bao) = OpenBao::shared().await else { return };
    let terms = "watch = { for = \"4s\", every = \"500ms\" }\noverlap = { min = \"1s\", until = \"time\" }";
    let rig = Rig::adopted(bao, terms).await;
    rig.bench.rotate_until("draining").await;
    assert_ne!(rig.read().as_deref(), Some(OLD_VALUE));
    rig.bench.run(&format!("rollback {SECRET} --wait")).await.exits(0);
    assert_eq!(rig.read().as_deref(), Some(OLD_VALUE));
    rig.assert_whole().await;
}

#[tokio::test]
async fn a_server_that_is_killed_in_the_drain_is_waited_for() {
    let Some(bao) = OpenBao::start().await else { return };
    let rig = Rig::adopted(&bao, SHORT).await;
    let mut rotate = rig.bench.keybaton.start(&format!("rotate {SECRET} --wait"));
    rotate.says("draining").await;
    bao.kill();
    bao.restart().await;
    bao.unseal().await;
    rotate.ended().await.exits(0);
    rig.assert_whole().await;
}
