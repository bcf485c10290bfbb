//! Which programs are run.

use std::os::unix::fs::symlink;

use keybaton_connectors::registry;
use keybaton_ports::{Blame, Certainty};
use serde_json::{Value, json};

use super::rig::Rig;

const OK: &str = r#"printf '{"schema":"keybaton/exec/v1","ok":{"id":"k1","value":"v1"}}\n'"#;

async fn is_not_run(rig: &Rig, more: &Value, words: &str) {
    let fault = rig.create(more).await.err().unwrap_or_else(|| panic!("it was run: {words}"));
    assert_eq!((fault.blame, fault.certainty), (Blame::Rejected, Certainty::NotSent), "{fault}");
    assert!(fault.to_string().contains(words), "{fault}");
}

#[tokio::test]
async fn a_program_that_others_may_change_is_not_run() {
    let rig = Rig::script(OK);
    rig.create(&json!({})).await.unwrap();
    for mode in [0o757, 0o775] {
        rig.chmod("program", mode);
        is_not_run(&rig, &json!({}), "others may write").await;
        rig.chmod("program", 0o755);
        rig.chmod("", mode);
        is_not_run(&rig, &json!({}), "others may write").await;
        rig.chmod("", 0o755);
    }
    std::fs::set_permissions(rig.folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    is_not_run(&rig, &json!({}), "others may write").await;
}

#[tokio::test]
async fn a_program_of_somebody_else_is_not_run() {
    if !rustix::process::geteuid().is_root() {
        return; // Only root can give a file away.
    }
    let rig = Rig::script(OK);
    std::os::unix::fs::chown(rig.path("program"), Some(12345), None).unwrap();
    is_not_run(&rig, &json!({}), "belongs to somebody else").await;
}

#[tokio::test]
async fn what_is_no_regular_file_is_not_run() {
    let rig = Rig::script(OK);
    std::fs::rename(rig.path("program"), rig.path("real")).unwrap();
    is_not_run(&rig, &json!({}), "cannot be opened").await;
    symlink("real", rig.path("program")).unwrap();
    is_not_run(&rig, &json!({}), "cannot be opened").await;
    std::fs::remove_file(rig.path("program")).unwrap();
    std::fs::create_dir(rig.path("program")).unwrap();
    is_not_run(&rig, &json!({}), "no regular file").await;
}

#[tokio::test]
async fn a_pinned_program_is_run_as_long_as_it_is_the_same() {
    let rig = Rig::script(OK);
    let pin = keybaton_seal::digest_hex(&std::fs::read(rig.path("program")).unwrap());
    let pinned = json!({ "sha256": pin.to_uppercase() });
    rig.create(&pinned).await.unwrap();
    rig.write("program", &format!("#!/bin/sh\n{OK} # changed\n"));
    is_not_run(&rig, &pinned, "not the one that is pinned").await;
}

#[tokio::test]
async fn a_file_that_cannot_be_executed_was_not_sent() {
    let rig = Rig::script(OK);
    rig.chmod("program", 0o644);
    is_not_run(&rig, &json!({}), "cannot be started").await;
}

#[test]
fn settings_that_make_no_sense_are_refused_without_a_program() {
    for (table, words) in [
        (json!({ "program": "../sh" }), "program"),
        (json!({ "program": "A" }), "small letter"),
        (json!({ "program": "" }), "small letter"),
        (json!({ "program": "a".repeat(33) }), "small letter"),
        (json!({ "program": "a", "sha256": "12" }), "64 hexadecimal"),
        (json!({ "program": "a", "can": ["fly"] }), "unknown variant"),
        (json!({ "program": "a", "can": ["last-used"] }), "\"list\""),
        (json!({ "program": "a", "timeout": "10s", "quiescence": "5s" }), "quiescence"),
        (json!({ "program": "a", "timeout": "0s" }), "no time"),
        (json!({ "program": "a", "max_credentials": 0 }), "without room"),
        (json!({ "program": "a", "secrets": { "token": "literal" } }), "env"),
    ] {
        let error = registry::issuer("exec", &table).unwrap().err().unwrap_or_else(|| panic!("{table} was taken"));
        assert!(error.to_string().contains(words), "{table}: {error}");
    }
}
