//! A key of ours is pasted into a repository: it is found by its fingerprint, and one command replaces it.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use data_encoding::BASE64;

use super::Repository;
use crate::stage::{Bench, OLD_VALUE, SECRET};

/// A policy under which only an emergency ends soon.
const CALM: &str = "overlap = { min = \"1h\", max = \"2h\" }\nwatch = { for = \"30m\", every = \"1s\" }\n\
                    emergency = { force_after = \"2s\" }\nconsumers = [{ name = \"billing\", evidence = \"ack\" }]";

/// A bench whose current key was minted, so that nobody guesses it.
async fn minted() -> Bench {
    let mut bench = Bench::adopted().await;
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    bench.agree(CALM);
    bench
}

#[tokio::test]
async fn a_leaked_key_of_ours_is_named_blocked_and_replaced_by_one_command() {
    let Bench { keybaton, service, .. } = minted().await;
    let value = keybaton.run(&format!("get {SECRET} --reveal")).await.exits(0).out.trim_end().to_owned();
    let repository = Repository::around(keybaton);
    repository.install().await;
    repository.stage("deploy.sh", &format!("curl -H \"X-Auth: {value}\" https://api.example/\n"));
    let said = repository.commit();
    assert!(!said.text.contains(&value), "the message repeats the key");
    said.exits(1).says(&[
        "deploy.sh:1:",
        "payments/prod version 2",
        "still valid",
        &format!("keybaton rotate {SECRET} --reason leaked"),
    ]);

    assert!(service.lets_in(&value).await);
    let rotated = repository.keybaton.run("scan --staged --rotate").await.exits(1);
    assert!(!rotated.transcript().contains(&value));
    rotated.says(&["payments/prod", "refused", "seconds after it was found"]);
    assert!(!service.lets_in(&value).await, "the leaked key still works");
    repository.keybaton.run("scan --staged").await.exits(1).prints(&["version 2, no longer valid"]);
    repository.stage("deploy.sh", "curl -H \"X-Auth: $KEY\" https://api.example/\n");
    repository.commit().exits(0);
}

#[tokio::test]
async fn fingerprints_find_a_key_where_nothing_else_of_keybaton_is() {
    let bench = minted().await;
    let value = bench.value().await;
    let written = bench.run("state fingerprints known.json").await.exits(0);
    written.says(&["the fingerprints of 1 keys", "left out: payments/prod version 1", "fewer than 80 of its bits"]);
    let known = fs::read_to_string(bench.keybaton.path("known.json")).unwrap();
    assert!(!known.contains(&value) && !known.contains(&value[8..24]) && !known.contains(OLD_VALUE));
    assert_eq!(fs::metadata(bench.keybaton.path("known.json")).unwrap().permissions().mode() & 0o777, 0o600);
    let audit = bench.run(&format!("audit export {SECRET}")).await.exits(0);
    audit.prints(&["fingerprints of its keys were written"]);

    let repository = Repository::new();
    repository.keybaton.write("known.json", &known);
    repository.keybaton.run("hook install --known known.json").await.exits(0);
    repository.stage("values.yaml", &format!("key: {}\n", BASE64.encode(value.as_bytes())));
    repository.commit().exits(1).says(&["values.yaml:1:", "payments/prod version 2", "still valid"]);
    let document = repository.keybaton.run("scan --staged --known known.json --json").await.exits(1).json();
    assert_eq!(document["findings"][0]["managed"]["secret"], "payments");
    assert_eq!(document["findings"][0]["managed"]["version"], 2);
    assert_eq!(document["findings"][0]["managed"]["valid"], true);
    repository.keybaton.run("scan --staged --known known.json --rotate").await.exits(2).explains();
}

#[tokio::test]
async fn a_history_says_since_which_commit_a_key_of_ours_is_exposed_and_for_how_long() {
    let Bench { keybaton, service, .. } = minted().await;
    let value = keybaton.run(&format!("get {SECRET} --reveal")).await.exits(0).out.trim_end().to_owned();
    let mut repository = Repository::around(keybaton);
    repository.env.push(("GIT_AUTHOR_DATE".to_owned(), "2026-01-02T03:04:05Z".to_owned()));
    repository.stage("deploy.sh", &format!("curl -H \"X-Auth: {value}\" https://api.example/\n"));
    repository.commit().exits(0);
    let commit = repository.git(&["rev-parse", "HEAD"]).text.trim().to_owned();
    repository.stage("deploy.sh", "curl -H \"X-Auth: $KEY\" https://api.example/\n");
    repository.commit().exits(0);
    for line in ["scan --history", "scan --history", "scan --history --no-cache"] {
        let ended = repository.keybaton.run(line).await.exits(1).hides(&value);
        let ended = ended.prints(&["payments/prod version 2, still valid", "deploy.sh:1:", &commit[..12]]);
        let ended = ended.prints(&["of 2026-01-02T03:04:05Z by tester <tester@example.org>, ", "d ", " ago"]);
        ended.says(&[&format!("`keybaton rotate {SECRET} --reason leaked`")]);
    }
    let json = repository.keybaton.run("scan --history --json").await.exits(1).json();
    assert_eq!(
        (&json["findings"][0]["commit"], &json["findings"][0]["managed"]["version"]),
        (&commit.into(), &2.into())
    );
    repository.keybaton.run("scan --history --rotate").await.exits(1).says(&["refused", "seconds after it was found"]);
    assert!(!service.lets_in(&value).await, "the exposed key still works");
    repository.keybaton.run("scan --history").await.exits(1).prints(&["version 2, no longer valid"]);
}

#[tokio::test]
async fn a_key_that_nobody_manages_ends_with_the_way_to_adopt_it() {
    let bench = minted().await;
    let repository = Repository::around(bench.keybaton);
    repository.stage("a.py", &format!("token = \"{}\"\n", super::key()));
    repository.keybaton.run("scan --staged").await.exits(1).says(&["keybaton adopt"]);
}

#[tokio::test]
async fn a_scan_starts_no_command_that_a_configuration_names() {
    let bench = minted().await;
    let text = fs::read_to_string(bench.keybaton.path("keybaton.toml")).unwrap();
    let command = "[state]\nmaster_key = { command = [\"sh\", \"-c\", \"touch ran; cat .keybaton/master.key\"] }\n";
    bench.keybaton.write("keybaton.toml", &text.replace("version = 1\n", &format!("version = 1\n{command}")));
    bench.keybaton.write("a.txt", &bench.service.state().reveal(&bench.service.live()[0]).unwrap());
    let ended = bench.run("scan a.txt").await;
    assert!(ended.err.contains("in 1 file"), "{}", ended.transcript());
    assert!(!bench.keybaton.path("ran").exists(), "a scan ran what the configuration names");
}

#[tokio::test]
async fn a_state_that_came_with_a_checkout_is_left_alone() {
    let bench = minted().await;
    bench.keybaton.write("a.txt", &bench.service.state().reveal(&bench.service.live()[0]).unwrap());
    bench.run("scan a.txt").await.exits(1).prints(&["payments/prod version 2"]);
    fs::set_permissions(bench.keybaton.path(".keybaton"), fs::Permissions::from_mode(0o755)).unwrap();
    let ended = bench.run("scan a.txt").await;
    assert!(!ended.out.contains("payments/prod"), "{}", ended.transcript());
}

#[tokio::test]
async fn a_state_that_cannot_be_read_does_not_stop_a_scan() {
    let bench = Bench::bare("overlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\" }").await;
    fs::write(bench.keybaton.path(".keybaton/state.db"), "no database").unwrap();
    let repository = Repository::around(bench.keybaton);
    repository.stage("a.py", "nothing\n");
    repository.keybaton.run("scan --staged").await.exits(0).says(&["managed keys are not recognised"]);
}
