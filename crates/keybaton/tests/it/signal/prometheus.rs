//! Prometheus and Alertmanager as Debian packages them, on loopback, each in a folder of its own.

use std::{net::TcpListener, path::PathBuf, process::Stdio, time::Duration};

use tempfile::TempDir;
use tokio::process::{Child, Command};

/// A running server; it ends when dropped.
pub(super) struct Prometheus {
    pub(super) url: String,
    _folder: TempDir,
    _child: Child,
}

impl Prometheus {
    /// Starts one that scrapes this port several times a second; `None` where the environment says to skip.
    pub(super) async fn scraping(port: u16) -> Option<Self> {
        Self::watching(port, "").await
    }

    /// Starts one that scrapes this port and tells an Alertmanager when more than one call in a second is refused.
    pub(super) async fn alerting(port: u16, manager: &Self) -> Option<Self> {
        let manager = manager.url.trim_start_matches("http://");
        Self::watching(
            port,
            &format!(
                "rule_files: [rules.yml]\nalerting:\n  alertmanagers:\n    - static_configs: [{{ targets: [\"{manager}\"] }}]\n"
            ),
        )
        .await
    }

    async fn watching(port: u16, rest: &str) -> Option<Self> {
        let config = format!(
            "global: {{ scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 500ms }}\nscrape_configs:\n  \
             - job_name: consumers\n    static_configs: [{{ targets: [\"127.0.0.1:{port}\"] }}]\n{rest}"
        );
        let rules = "groups:\n  - name: keys\n    rules:\n      - alert: CallsAreRefused\n        \
            expr: sum by (secret, env, consumer) (rate(api_refused_total[3s])) > 1\n";
        let files = [("server.yml", config.as_str()), ("rules.yml", rules)];
        Self::start("prometheus", "--storage.tsdb.path=data", &files).await
    }

    /// Starts an Alertmanager that pushes to this address with this token.
    pub(super) async fn manager(url: &str, token: &str) -> Option<Self> {
        let config = format!(
            "route: {{ receiver: keybaton, group_by: [secret, env], group_wait: 200ms, group_interval: 1s, \
             repeat_interval: 5m }}\nreceivers:\n  - name: keybaton\n    webhook_configs:\n      - url: \
             {url}/v1/signals/alertmanager\n        http_config: {{ authorization: {{ credentials_file: token }} }}\n"
        );
        let files = [("server.yml", config.as_str()), ("token", token)];
        Self::start("prometheus-alertmanager", "--cluster.listen-address=", &files).await
    }

    async fn start(name: &str, flag: &str, files: &[(&str, &str)]) -> Option<Self> {
        if keybaton_testkit::server::skipped() {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let listen = format!("127.0.0.1:{}", free_port());
        let mut command = Command::new(program(name));
        command.arg("--config.file=server.yml").arg(flag).arg(format!("--web.listen-address={listen}"));
        if name == "prometheus-alertmanager" {
            command.arg("--storage.path=data");
        }
        command.current_dir(folder.path()).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
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

fn program(name: &str) -> PathBuf {
    let folders = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect::<Vec<_>>();
    let known = folders.into_iter().chain([PathBuf::from("/usr/bin")]).map(|folder| folder.join(name));
    known.into_iter().find(|path| path.is_file()).unwrap_or_else(|| {
        panic!(
            "{name} is not installed: `apt-get install -y --no-install-recommends prometheus prometheus-alertmanager`, \
             or KEYBATON_SKIP_REAL=1"
        )
    })
}
