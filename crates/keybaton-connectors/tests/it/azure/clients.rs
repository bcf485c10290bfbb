//! The server itself, checked with Microsoft's own clients in Python and JavaScript, and what keybaton writes, read by them.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use keybaton_testkit::server::{KeyVault, Right, TENANT, javascript, python, skipped};

use super::rig::{OWN, fresh, of, publish, server};

/// The scripts take their own names for everything from here.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/azure");

/// A client of others: its program, and what it needs to find its library.
struct Client {
    program: &'static str,
    script: &'static str,
    library: (&'static str, std::path::PathBuf),
}

impl Client {
    fn all() -> [Self; 2] {
        let modules = javascript().join("node_modules");
        [
            Self { program: "python3", script: "client.py", library: ("PYTHONPATH", python()) },
            Self { program: "node", script: "client.js", library: ("NODE_PATH", modules) },
        ]
    }

    /// Runs its script against a server, for secrets below a name.
    fn run(&self, server: &KeyVault, work: &str, name: &str) -> Output {
        let (key, path) = &self.library;
        let output = Command::new(self.program)
            .arg(Path::new(FOLDER).join(self.script))
            .env(key, path)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("NODE_EXTRA_CA_CERTS", server.authority())
            .env("AUTHORITY", server.authority())
            .env("VAULT", server.url())
            .env("TENANT", TENANT)
            .env("CLIENT", "reader")
            .env("SECRET", OWN)
            .env("WORK", work)
            .env("NAME", name)
            .stdin(Stdio::null())
            .output();
        output.unwrap_or_else(|error| panic!("{} is needed ({error}): cargo xtask packages", self.program))
    }
}

fn assert_done(client: &Client, output: &Output) -> String {
    let (told, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{} (cargo xtask packages installs its library):\n{told}\n{error}", client.script);
    told.trim().to_owned()
}

fn with_reader() -> std::sync::Arc<KeyVault> {
    let server = server();
    server.by_secret("reader", OWN);
    server.allow("reader", &[Right::Get, Right::List, Right::Set, Right::Delete]);
    server
}

/// Versions, lists of several pages, dates, tags, disabled versions, soft deletion, recovery, purge, rights and throttling,
/// as each client asks for them and understands the answers.
#[test]
fn the_server_is_a_key_vault_to_the_clients_of_microsoft() {
    if skipped() {
        return;
    }
    for client in Client::all() {
        let (server, name) = (with_reader(), fresh("client"));
        assert_eq!(assert_done(&client, &client.run(&server, "everything", &name)), "ok", "{}", client.script);
        server.allow("reader", &[Right::List]);
        assert_eq!(
            assert_done(&client, &client.run(&server, "forbidden", &name)),
            "403 Forbidden",
            "{}",
            client.script
        );
    }
}

#[tokio::test]
async fn what_keybaton_writes_is_what_those_clients_read() {
    if skipped() {
        return;
    }
    let (server, name) = (with_reader(), fresh("written"));
    let vault = of(&server, &name);
    for (number, value) in [(1, "value-1"), (2, "välue-2 \u{1f511} \"quoted\"")] {
        publish(&*vault, number, value).await.unwrap();
        for client in Client::all() {
            let (server, name, read) = (std::sync::Arc::clone(&server), name.clone(), client.script);
            let output = tokio::task::spawn_blocking(move || (client.run(&server, "read", &name), client));
            let (output, client) = output.await.unwrap();
            assert_eq!(assert_done(&client, &output), value, "{read}");
        }
    }
}
