//! An Alertmanager on loopback, private to a test.

use std::path::PathBuf;

use super::prometheus::is_ready;
use crate::server::process::Account;
use crate::server::running::{Running, Starting};
use crate::server::{folder, free_port, program, skipped};

/// An Alertmanager on loopback; it ends when dropped.
pub struct Alertmanager {
    port: u16,
    folder: PathBuf,
    running: Running,
}

impl Alertmanager {
    /// Starts one that sends each alert and its end to a webhook without much ado, or `None` where the environment says to
    /// skip.
    pub async fn telling(webhook: &str) -> Option<Self> {
        if skipped() {
            return None;
        }
        let account = Account { ids: None };
        let folder = folder::run(&folder::root(account), account);
        std::fs::write(folder.join("alertmanager.yml"), configuration(webhook)).expect("write its configuration");
        let port = free_port();
        let program = program::find("prometheus-alertmanager", "Alertmanager", "prometheus-alertmanager");
        let mut command = account.command(&program);
        command.args(["--config.file=alertmanager.yml", "--storage.path=data", "--cluster.listen-address="]);
        command.arg(format!("--web.listen-address=127.0.0.1:{port}")).current_dir(&folder);
        let mut starting = Starting::new("Alertmanager", command, &folder.join("log"));
        while let Err(error) = is_ready(port) {
            starting.patience(&error).await;
        }
        Some(Self { port, folder, running: starting.runs() })
    }

    /// Where it listens, as Prometheus is told: host and port.
    pub fn target(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Everything that it has logged.
    pub fn log(&self) -> String {
        self.running.log()
    }
}

impl Drop for Alertmanager {
    fn drop(&mut self) {
        self.running.stop();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn configuration(webhook: &str) -> String {
    format!(
        "global: {{ resolve_timeout: 5s }}\n\
         route: {{ receiver: test, group_by: [alertname, secret, env], group_wait: 100ms, group_interval: 1s }}\n\
         receivers: [{{ name: test, webhook_configs: [{{ url: \"{webhook}\", send_resolved: true }}] }}]\n"
    )
}
