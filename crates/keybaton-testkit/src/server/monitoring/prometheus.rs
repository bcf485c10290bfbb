//! A Prometheus on loopback, private to a test.

use std::path::PathBuf;

use serde_json::Value;

use crate::server::process::Account;
use crate::server::running::{Running, Starting};
use crate::server::{folder, free_port, program, skipped, web};

/// A Prometheus on loopback; it ends when dropped.
pub struct Prometheus {
    port: u16,
    folder: PathBuf,
    running: Running,
}

impl Prometheus {
    /// Starts one with this configuration, or `None` where the environment says to skip.
    pub async fn start(configuration: &str) -> Option<Self> {
        if skipped() {
            return None;
        }
        let account = Account { ids: None };
        let folder = folder::run(&folder::root(account), account);
        std::fs::write(folder.join("prometheus.yml"), configuration).expect("write the server's configuration");
        let port = free_port();
        let mut command = account.command(&program::find("prometheus", "Prometheus", "prometheus"));
        command.args(["--config.file=prometheus.yml", "--storage.tsdb.path=data", "--log.level=warn"]);
        command.arg(format!("--web.listen-address=127.0.0.1:{port}")).current_dir(&folder);
        let mut starting = Starting::new("Prometheus", command, &folder.join("log"));
        while let Err(error) = is_ready(port) {
            starting.patience(&error).await;
        }
        Some(Self { port, folder, running: starting.runs() })
    }

    /// The address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What it says below `/api/v1/`, such as `alerts`, `rules` or `query?query=up`; the query is encoded already.
    pub fn ask(&self, path: &str) -> Value {
        let answer = web::exchange(self.port, "GET", &format!("/api/v1/{path}"), &[], None);
        let (status, text) = answer.unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(status, 200, "{path}: {text}");
        serde_json::from_str::<Value>(&text).expect("an answer of Prometheus")["data"].take()
    }

    /// Everything that it has logged.
    pub fn log(&self) -> String {
        self.running.log()
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        self.running.stop();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Whether a server answers that it is ready.
pub(super) fn is_ready(port: u16) -> std::io::Result<()> {
    match web::exchange(port, "GET", "/-/ready", &[], None)? {
        (200, _) => Ok(()),
        (status, _) => Err(std::io::Error::other(format!("it answers {status}"))),
    }
}
