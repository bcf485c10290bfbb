//! The doctor: it looks at everything, repairs nothing, and stops at nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use keybaton_sandbox::Operation;
use serde_json::Value;

use crate::stage::{ADMIN, Bench, Ended, Keybaton, OLD_ID, OLD_VALUE, SECRET};

const WELL: &str = r#"
owner = "team-payments"
max_age = "4000d"
overlap = { min = "10s", max = "1h", until = "time" }
watch = { for = "10s", every = "10s", failures = 2 }
consumers = [{ name = "billing", evidence = "ack" }]
alerts = ["ops"]

[alert.ops]
type = "exec"
program = "true"
"#;

/// The states of one check in a document.
fn states(document: &Value, id: &str) -> Vec<String> {
    let findings = document["findings"].as_array().unwrap().iter().filter(|finding| finding["id"] == id);
    findings.map(|finding| finding["state"].as_str().unwrap().to_owned()).collect()
}

/// Without the limits of the machine that the test runs on.
async fn doctor(bench: &Bench, line: &str) -> Ended {
    let command = format!("ulimit -c 0; exec {} doctor {line}", env!("CARGO_BIN_EXE_keybaton"));
    bench.keybaton.run_under(&["sh", "-c", &command], "").await
}

/// Well configured, in a folder that is its owner's alone, adopted.
async fn well() -> Bench {
    let bench = Bench::with(WELL).await;
    fs::set_permissions(bench.keybaton.path(".keybaton"), fs::Permissions::from_mode(0o700)).unwrap();
    bench
}

#[tokio::test]
async fn a_house_in_order_is_all_ok_and_nothing_is_changed() {
    let bench = well().await;
    let rows = bench.run("audit export").await.exits(0).out;
    let calls = [Operation::Create, Operation::Destroy].map(|operation| bench.service.state().calls(operation));
    let found = doctor(&bench, "--json").await.exits(0).json();
    assert_eq!(found["schema"], "keybaton/doctor/v1");
    let bad = found["findings"].as_array().unwrap().iter().filter(|f| f["state"] != "ok" && f["state"] != "skipped");
    assert_eq!(bad.collect::<Vec<_>>(), Vec::<&Value>::new());
    for id in ["KB-ISS-001", "KB-PRB-001", "KB-VLT-001", "KB-KEY-002", "KB-STA-006"] {
        assert_eq!(states(&found, id), ["ok"], "{id}");
    }
    assert_eq!(bench.run("audit export").await.exits(0).out, rows, "the doctor wrote something");
    assert_eq!([Operation::Create, Operation::Destroy].map(|operation| bench.service.state().calls(operation)), calls);
    doctor(&bench, "").await.exits(0).prints(&["✓ ok", "KB-CFG-001"]).says(&["asking", "0 errors"]);
}

#[tokio::test]
async fn an_invalid_configuration_is_a_finding_and_stops_nothing() {
    let keybaton = Keybaton::new();
    let ended = keybaton.run("doctor").await.exits(2);
    let ended = ended.prints(&[
        "✗ error    KB-CFG-001  no keybaton.toml found",
        "fix: `keybaton init`",
        "KB-PRC-001",
        "skipped",
    ]);
    assert_eq!(ended.out.matches("the configuration cannot be read").count(), 1, "{}", ended.transcript());
    keybaton.write("keybaton.toml", "version = 1\n[sate]\n");
    let found = keybaton.run("doctor --json").await.exits(2).json();
    assert_eq!(states(&found, "KB-CFG-001"), ["error"]);
    assert_eq!(states(&found, "KB-STA-002"), ["skipped"]);
}

#[tokio::test]
async fn a_missing_state_and_a_missing_key_are_findings() {
    let bench = well().await;
    fs::rename(bench.keybaton.path(".keybaton/master.key"), bench.keybaton.path("key")).unwrap();
    let found = doctor(&bench, "--json").await.exits(1).json();
    assert_eq!(
        (states(&found, "KB-KEY-001"), states(&found, "KB-STA-002")),
        (vec!["error".into()], vec!["error".into()])
    );
    assert_eq!(states(&found, "KB-ISS-001"), ["skipped"]);
    assert_eq!(states(&found, "KB-CFG-001"), ["ok"]);
    fs::rename(bench.keybaton.path("key"), bench.keybaton.path(".keybaton/master.key")).unwrap();
    for file in ["", "-wal", "-shm"] {
        drop(fs::remove_file(bench.keybaton.path(&format!(".keybaton/state.db{file}"))));
    }
    doctor(&bench, "--only sta").await.exits(1).prints(&["is gone", "`keybaton state restore FILE`"]);
}

#[tokio::test]
async fn what_is_open_to_others_is_an_error_with_the_command_that_closes_it() {
    let bench = well().await;
    fs::set_permissions(bench.keybaton.path("admin.token"), fs::Permissions::from_mode(0o644)).unwrap();
    doctor(&bench, "--only KB-STA-001").await.exits(1).prints(&["has mode 0644", "fix: chmod 600", "admin.token"]);
}

#[tokio::test]
async fn a_far_service_that_is_away_is_unknown_and_offline_asks_nobody() {
    let bench = well().await;
    let before = bench.service.state().calls(Operation::List);
    let found = doctor(&bench, "--offline --json").await.exits(0).json();
    assert_eq!(states(&found, "KB-ISS-001"), ["skipped"]);
    assert_eq!(bench.service.state().calls(Operation::List), before);
    let config = fs::read_to_string(bench.keybaton.path("keybaton.toml")).unwrap();
    bench.keybaton.write("keybaton.toml", &config.replace(bench.service.url(), "http://127.0.0.1:9"));
    let found = doctor(&bench, "--json").await.exits(3).json();
    assert_eq!(
        (states(&found, "KB-ISS-001"), states(&found, "KB-PRB-001")),
        (vec!["unknown".into()], vec!["unknown".into()])
    );
}

#[tokio::test]
async fn a_wrong_admin_credential_and_a_missing_reference_are_told_apart() {
    let bench = well().await;
    bench.keybaton.write("admin.token", "another");
    doctor(&bench, "--only ISS").await.exits(1).prints(&["refuses our admin credential", "KB-ISS-001"]);
    fs::remove_file(bench.keybaton.path("admin.token")).unwrap();
    doctor(&bench, "--only REF").await.exits(1).prints(&["KB-REF-001", SECRET, "gives no secret"]);
}

#[tokio::test]
async fn a_key_that_died_at_the_issuer_is_found_twice() {
    let bench = well().await;
    bench.service.state().set_revoke_lag(std::time::Duration::ZERO);
    bench.service.state().destroy(OLD_ID).unwrap();
    let found = doctor(&bench, "--json").await.exits(1).json();
    assert_eq!(
        (states(&found, "KB-PRB-001"), states(&found, "KB-ISS-004")),
        (vec!["error".into()], vec!["error".into()])
    );
}

#[tokio::test]
async fn an_old_copy_is_explained_until_a_person_has_looked() {
    let bench = well().await;
    bench.run("state backup copy").await.exits(0);
    bench.run("state restore copy").await.exits(0);
    let found = doctor(&bench, "--only STA").await.exits(1);
    found.prints(&["KB-STA-005", "nothing is swept or revoked", &format!("keybaton resume {SECRET}")]);
    bench.run(&format!("resume {SECRET}")).await.exits(0);
    doctor(&bench, "--only STA").await.exits(0);
}

#[tokio::test]
async fn what_somebody_changed_in_the_database_is_found() {
    let bench = well().await;
    bench.sql("UPDATE audit SET body = replace(body, 'tester', 'nobody') WHERE no = 1").await;
    doctor(&bench, "--only KB-STA-006").await.exits(1).prints(&["row 1 of its audit"]);
    bench.sql("UPDATE embedded SET version_no = 77").await;
    doctor(&bench, "--only VLT").await.exits(1).prints(&["serves version 77, and the ledger says 1"]);
    bench.sql("UPDATE secret SET holder = 'ghost', until_us = until_us + 9000000000000000").await;
    doctor(&bench, "--only ENG").await.exits(1).prints(&["ghost holds its lease until", "the clock was set back"]);
}

#[tokio::test]
async fn what_is_missing_in_the_configuration_is_a_warning() {
    let bench = Bench::with("cron = \"0 0 2 */30 * *\"\noverlap = { until = \"time\" }").await;
    let found = doctor(&bench, "--json --offline").await.exits(0).json();
    for id in ["KB-CFG-003", "KB-CFG-004", "KB-SEC-002"] {
        assert_eq!(states(&found, id), ["warning"], "{id}");
    }
    assert!(states(&found, "KB-SCH-001").contains(&"warning".to_owned()));
}

#[tokio::test]
async fn a_secret_file_in_git_is_an_error() {
    let bench = well().await;
    fs::create_dir(bench.keybaton.path(".git")).unwrap();
    fs::write(bench.keybaton.path(".git/index"), b"DIRC\0\0\0\x02..README.md\0\0..admin.token\0\0").unwrap();
    let found = doctor(&bench, "--only SEC --only HOK").await.exits(1);
    found.prints(&["KB-SEC-003", "admin.token holds a secret and is in git", "git rm --cached", "not installed here"]);
}

#[tokio::test]
async fn only_what_exists_can_be_chosen_and_every_check_is_listed() {
    let keybaton = Keybaton::new();
    keybaton.run("doctor --only KB-XYZ-001").await.exits(2).explains().says(&["no check or group", "--list"]);
    keybaton.run("doctor --wat").await.exits(2).says(&["has no flag"]);
    keybaton.run("doctor --with-names").await.exits(2).says(&["--bundle"]);
    let listed = keybaton.run("doctor --list --json").await.exits(0).json();
    assert_eq!(listed["schema"], "keybaton/doctor-checks/v1");
    assert!(listed["checks"].as_array().unwrap().len() > 30);
    keybaton.run("doctor --list").await.exits(0).prints(&["CHECK", "KB-CFG-001"]);
}

#[tokio::test]
async fn the_support_archive_says_what_is_in_it_and_holds_no_value_and_no_host() {
    let bench = well().await;
    let config = fs::read_to_string(bench.keybaton.path("keybaton.toml")).unwrap();
    bench.keybaton.write("keybaton.toml", &config.replace(bench.service.url(), "http://localhost:9"));
    let token = bench.run(&format!("token create --consumer billing --secret {SECRET}")).await.exits(0).out;
    let ended = doctor(&bench, "--bundle support.tar").await.exits(3);
    ended.says(&["without any value", "doctor.json", "status.json", "audit.jsonl", "Look into it before"]);
    let archive = fs::read(bench.keybaton.path("support.tar")).unwrap();
    assert_eq!(fs::metadata(bench.keybaton.path("support.tar")).unwrap().permissions().mode() & 0o777, 0o600);
    let key = fs::read_to_string(bench.keybaton.path(".keybaton/master.key")).unwrap();
    for value in [OLD_VALUE, ADMIN, token.trim(), key.trim()] {
        let value = keybaton_seal::SecretValue::from_text(value.to_owned()).unwrap();
        assert_eq!(keybaton_testkit::canary::found(&archive, &value), None);
    }
    let text = String::from_utf8_lossy(&archive);
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    // a short name may stand inside something random, so only whole words are looked at
    assert!(text.split(|c: char| !c.is_ascii_alphanumeric()).all(|word| word != host), "the host is in the archive");
    for name in ["localhost:9", "tester", bench.keybaton.path("").to_str().unwrap().trim_end_matches('/')] {
        assert!(!text.contains(name), "{name} is in the archive");
    }
    let line = "tar -tf support.tar && tar -xOf support.tar keybaton-support/doctor.json";
    let listed = bench.keybaton.run_under(&["sh", "-c", line], "").await.exits(0);
    listed.prints(&["keybaton-support/version.json", "\"KB-ISS-001\""]);
    doctor(&bench, "--bundle support.tar").await.exits(2).explains().says(&["is there already"]);
    doctor(&bench, "--offline --with-names --bundle named.tar").await.exits(0);
}
