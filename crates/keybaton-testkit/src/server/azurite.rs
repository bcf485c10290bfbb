//! Azurite, Microsoft's emulator of the storage services of Azure: the blobs of an account whose two keys a test chooses.
//!
//! It verifies every signature. Its keys are those that it is started with. What it does otherwise than Azure: a signature that
//! it does not take is answered with the code of a network that is not let in.

use std::path::PathBuf;

use super::process::Account;
use super::running::{Running, Starting};
use super::{folder, free_port, javascript, program, skipped, web};

/// Where its package has the server of blobs, below the packages of JavaScript.
const MAIN: &str = "node_modules/azurite/dist/src/blob/main.js";

/// An emulator of an account's blobs on loopback, private to a test; it ends when dropped.
pub struct Azurite {
    port: u16,
    account: String,
    folder: PathBuf,
    running: Running,
}

impl Azurite {
    /// Starts one with an account and its keys, or `None` where the environment says to skip.
    pub async fn with(account: &str, keys: [&str; 2]) -> Option<Self> {
        if skipped() {
            return None;
        }
        let main = javascript().join(MAIN);
        assert!(main.is_file(), "Azurite is needed: cargo xtask packages");
        let ourselves = Account { ids: None };
        let folder = folder::run(&folder::root(ourselves), ourselves);
        let port = free_port();
        let mut command = ourselves.command(&program::find("node", "Node.js", "nodejs"));
        command.arg(main).args(["--inMemoryPersistence", "--skipApiVersionCheck", "--silent"]);
        command.args(["--blobHost", "127.0.0.1", "--blobPort", &port.to_string()]);
        command.env("AZURITE_ACCOUNTS", format!("{account}:{}", keys.join(":"))).current_dir(&folder);
        let mut starting = Starting::new("Azurite", command, &folder.join("log"));
        while let Err(error) = web::exchange(port, "GET", "/", &[], None) {
            starting.patience(&error).await;
        }
        Some(Self { port, account: account.to_owned(), folder, running: starting.runs() })
    }

    /// The address of the account's blobs.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}/{}", self.port, self.account)
    }
}

impl Drop for Azurite {
    fn drop(&mut self) {
        self.running.stop();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
