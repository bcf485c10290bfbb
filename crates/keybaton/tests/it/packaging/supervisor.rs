//! What `serve` says to its supervisor, and what it is handed.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use rustix::process::Signal;
use tokio::net::UnixDatagram;

use crate::stage::Keybaton;

const CONFIG: &str = "version = 1\n[state]\nurl = \"sqlite:state/state.db\"\n\
                      master_key = { credential = \"master.key\" }\n[server]\nlisten = \"127.0.0.1:0\"\n";

/// A folder whose master key a supervisor hands over.
async fn supervised() -> Keybaton {
    let mut keybaton = Keybaton::new();
    keybaton.write("keybaton.toml", CONFIG);
    let credentials = keybaton.path("credentials");
    fs::create_dir(&credentials).unwrap();
    fs::set_permissions(&credentials, fs::Permissions::from_mode(0o700)).unwrap();
    keybaton.set("CREDENTIALS_DIRECTORY", credentials.to_str().unwrap());
    keybaton.run("init").await.exits(0).says(&["made", "credentials/master.key", "state.db"]);
    keybaton
}

/// Waits until the supervisor is told this.
async fn hear(socket: &UnixDatagram, words: &str) -> String {
    let mut heard = String::new();
    let listen = async {
        let mut buffer = [0; 4096];
        while !heard.contains(words) {
            let length = socket.recv(&mut buffer).await.unwrap();
            heard.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
        }
    };
    tokio::time::timeout(Duration::from_secs(30), listen).await.unwrap_or_else(|_| panic!("never told {words:?}"));
    heard
}

#[tokio::test]
async fn a_supervisor_hears_of_ready_alive_reload_and_end() {
    let mut keybaton = supervised().await;
    let socket = UnixDatagram::bind(keybaton.path("notify")).unwrap();
    keybaton.set("NOTIFY_SOCKET", keybaton.path("notify").to_str().unwrap());
    let serve = keybaton.start("serve");
    hear(&socket, "READY=1").await;
    hear(&socket, "WATCHDOG=1").await;
    serve.signal(Signal::HUP);
    let reload = hear(&socket, "RELOADING=1").await;
    assert!(reload.contains("MONOTONIC_USEC="), "{reload}");
    hear(&socket, "READY=1").await;
    serve.signal(Signal::TERM);
    hear(&socket, "STOPPING=1").await;
    serve.ended().await.exits(0);
}

#[tokio::test]
async fn init_makes_no_second_master_key_where_one_is_handed_over() {
    let keybaton = supervised().await;
    let key = fs::read(keybaton.path("credentials/master.key")).unwrap();
    keybaton.run("init").await.exits(0).says(&["kept", "credentials/master.key"]);
    assert_eq!(fs::read(keybaton.path("credentials/master.key")).unwrap(), key);
    keybaton.run("status").await.exits(0);
}

#[tokio::test]
async fn without_a_supervisor_the_credential_is_missed() {
    let mut keybaton = supervised().await;
    keybaton.set("CREDENTIALS_DIRECTORY", "");
    keybaton.run("status").await.exits(2).explains();
}
