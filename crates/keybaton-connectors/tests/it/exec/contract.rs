//! The contract of every issuer, held against a program in Python with a JSON file as its service.

use keybaton_connectors::exec::{ExecIssuer, ExecProbe, IssuerSettings, ProbeSettings};
use keybaton_ports::Issuer;
use keybaton_testkit::contract::{Subject, issuer_contract};
use serde_json::json;

use super::rig::{Rig, secret, text};

const SERVICE: &str = include_str!("service.py");

fn subject(value: &str, python: &str) -> Subject {
    let rig = Rig::new();
    rig.write("service", &format!("#!{python}\n{SERVICE}"));
    let file = rig.folder.path().join("keys.json");
    std::fs::write(&file, "[]").unwrap();
    let issuer = |file: &std::path::Path, token: &str| -> Box<dyn Issuer> {
        let settings: IssuerSettings = serde_json::from_value(json!({
            "program": "service", "folder": rig.path(""), "can": ["list", "disable"], "value": value,
            "max_credentials": 3, "secrets": { "token": { "env": "TOKEN" } }, "options": { "file": file },
        }))
        .unwrap();
        Box::new(ExecIssuer::new(&settings, &secret(), vec![text(token)]).unwrap())
    };
    let probe: ProbeSettings =
        serde_json::from_value(json!({ "exec": "service", "folder": rig.path(""), "options": { "file": file } }))
            .unwrap();
    Subject {
        issuer: issuer(&file, "the-right-token"),
        probe: Box::new(ExecProbe::new(&probe, Vec::new()).unwrap()),
        wrong_credential: issuer(&file, "another-token"),
        unreachable: issuer(&rig.folder.path().join("nowhere"), "the-right-token"),
        // The folder lives as long as the subject, and needs no time.
        pass: Box::new(move |_| {
            let _ = rig.path("");
        }),
    }
}

/// Programs get no `PATH`, so the interpreter is named in full.
fn python() -> String {
    let found = std::process::Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output();
    String::from_utf8(found.unwrap().stdout).unwrap().trim().to_owned()
}

#[tokio::test]
async fn a_program_that_tells_its_values_keeps_the_contract() {
    let python = python();
    issuer_contract(async || subject("theirs", &python)).await;
}

#[tokio::test]
async fn a_program_that_takes_our_values_keeps_the_contract() {
    let python = python();
    issuer_contract(async || subject("ours", &python)).await;
}
