//! The binary.

use std::path::Path;
use std::process::{ExitStatus, Stdio};

use reqwest::StatusCode;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::rig::{ADMIN, client, soon};

fn command(flags: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keybaton-sandbox"));
    command.args(flags).env_remove("SANDBOX_ADMIN_TOKEN").kill_on_drop(true).stdout(Stdio::piped());
    command.stderr(Stdio::piped());
    command
}

async fn url(child: &mut Child) -> String {
    let mut line = String::new();
    soon(BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line)).await.unwrap();
    line.trim_end().strip_prefix("listening on ").unwrap().to_owned()
}

async fn end(child: &mut Child, signal: &str) -> ExitStatus {
    let id = child.id().unwrap().to_string();
    Command::new("kill").args([signal, id.as_str()]).status().await.unwrap();
    soon(child.wait()).await.unwrap()
}

fn file(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn it_serves_the_keys_of_its_flags_until_a_signal() {
    let folder = tempfile::tempdir().unwrap();
    let token = file(folder.path(), "token", &format!("{ADMIN}\n"));
    let key = format!("17={}", file(folder.path(), "key", "three-year-old\n"));
    for signal in ["-TERM", "-INT"] {
        let flags = ["--dialect", "array", "--admin-token-file", &token, "--key", &key, "--max", "2"];
        let mut child = command(&flags).args(["--propagation", "2s", "--revoke-lag", "500ms"]).spawn().unwrap();
        let url = url(&mut child).await;
        let work = client().get(format!("{url}/v1/work")).bearer_auth("three-year-old").send().await.unwrap();
        assert_eq!(work.status(), StatusCode::OK);
        let list = client().get(format!("{url}/tokens")).basic_auth("admin", Some(ADMIN)).send().await.unwrap();
        assert!(list.text().await.unwrap().contains("\"id\":17"));
        assert!(end(&mut child, signal).await.success());
    }
}

#[tokio::test]
async fn the_admin_token_may_come_from_the_environment() {
    let mut child = command(&[]).env("SANDBOX_ADMIN_TOKEN", ADMIN).spawn().unwrap();
    let url = url(&mut child).await;
    let list = client().get(format!("{url}/v1/keys")).bearer_auth(ADMIN).send().await.unwrap();
    assert_eq!(list.status(), StatusCode::OK);
    assert!(end(&mut child, "-TERM").await.success());
}

#[tokio::test]
async fn bad_flags_end_with_2_and_say_why() {
    let folder = tempfile::tempdir().unwrap();
    let empty = file(folder.path(), "empty", "\n");
    for (flags, words) in [
        (vec!["--listen", "0.0.0.0:0"], "not a loopback address"),
        (vec!["--dialect", "klingon"], "no dialect"),
        (vec!["--key", "nofile"], "ID=FILE"),
        (vec!["--propagation=-2s"], "negative"),
        (vec!["--admin-token-file", empty.as_str()], "is empty"),
    ] {
        let output = soon(command(&flags).env("SANDBOX_ADMIN_TOKEN", ADMIN).output()).await.unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{flags:?}: {said}");
        assert!(said.contains(words), "{flags:?}: {said}");
    }
    let output = soon(command(&[]).output()).await.unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("SANDBOX_ADMIN_TOKEN"));
}
