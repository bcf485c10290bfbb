//! Prometheus as Debian packages it, on loopback, in a folder of its own.

use std::{net::TcpListener, path::PathBuf, process::Stdio, time::Duration};

use tempfile::TempDir;
use tokio::process::{Child, Command};

/// A running Prometheus; it ends when dropped.
pub(super) struct Prometheus {
    pub(super) url: String,
    _folder: TempDir,
    _child: Child,
}

impl Prometheus {
    /// Starts one that scrapes this port several times a second; `None` where the environment says to skip.
    pub(super) async fn scraping(port: u16) -> Option<Self> {
        if keybaton_testkit::server::skipped() {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let config = format!(
            "global: {{ scrape_interval: 200ms, scrape_timeout: 200ms }}\nscrape_configs:\n  - job_name: consumers\n    \
             static_configs: [{{ targets: [\"127.0.0.1:{port}\"] }}]\n"
        );
        std::fs::write(folder.path().join("prometheus.yml"), config).unwrap();
        let listen = format!("127.0.0.1:{}", free_port());
        let mut command = Command::new(program());
        command.arg("--config.file=prometheus.yml").arg("--storage.tsdb.path=data");
        command.arg(format!("--web.listen-address={listen}")).current_dir(folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        let child = command.spawn().unwrap();
        let started = Self { url: format!("http://{listen}"), _folder: folder, _child: child };
        started.is_ready().await;
        Some(started)
    }

    async fn is_ready(&self) {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let asked = async {
            loop {
                let answer = client.get(format!("{}/-/ready", self.url)).send().await;
                if answer.is_ok_and(|answer| answer.status().is_success()) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), asked).await.unwrap();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn program() -> PathBuf {
    let folders = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect::<Vec<_>>();
    let known = folders.into_iter().chain([PathBuf::from("/usr/bin")]).map(|folder| folder.join("prometheus"));
    known.into_iter().find(|path| path.is_file()).unwrap_or_else(|| {
        panic!(
            "Prometheus is not installed: `apt-get install -y --no-install-recommends prometheus`, or KEYBATON_SKIP_REAL=1"
        )
    })
}
