//! The contract of every vault, held against each format.

use std::sync::Arc;

use keybaton_connectors::build::{BuildVault, SettingsSource};
use keybaton_connectors::file::VaultSettings;
use keybaton_ports::Vault;
use keybaton_testkit::contract::{VaultSubject, vault_contract};
use serde_json::{Value, json};

/// A format, the content around the value, and the text of the value in it.
struct Case {
    settings: Value,
    name: &'static str,
    around: [&'static str; 2],
}

fn cases() -> [Case; 3] {
    [
        Case { settings: json!({}), name: "key", around: ["", "\n"] },
        Case { settings: json!({ "format": "dotenv" }), name: ".env#KEY", around: ["A=1\nKEY=", " # mine\nB=2"] },
        Case {
            settings: json!({ "format": "json" }),
            name: "app.json#db.password",
            around: ["{\n\t\"db\" : { \"user\":\"u\", \"password\" :\"", "\" }\n}"],
        },
    ]
}

/// The file has everything but the value.
fn subject(case: &Case) -> VaultSubject {
    let folder = tempfile::tempdir().unwrap();
    let build = |start: &std::path::Path| -> Arc<dyn Vault> {
        let mut settings: VaultSettings = case.settings.read().unwrap();
        settings.start_at(start);
        settings.build(&VaultSubject::secret(), case.name, Vec::new()).unwrap()
    };
    let path = folder.path().join(case.name.split('#').next().unwrap());
    let [head, tail] = case.around;
    let (read, written) = (path.clone(), path);
    VaultSubject {
        vault: build(folder.path()),
        again: build(folder.path()),
        consumer: Some(Box::new(move || {
            let content = std::fs::read_to_string(&read).ok()?;
            let tail = if content.ends_with(tail) { tail } else { "" };
            Some(content.strip_prefix(head).unwrap_or(&content).strip_suffix(tail)?.as_bytes().to_vec())
        })),
        stranger: Some(Box::new(move |value| {
            std::fs::write(&written, format!("{head}{value}{tail}")).unwrap();
            private(&written);
        })),
        unreachable: Some(build(&folder.path().join("nowhere"))),
        keep: Box::new(folder),
    }
}

#[tokio::test]
async fn a_plain_file_keeps_the_contract() {
    let [case, ..] = cases();
    vault_contract(async || subject(&case)).await;
}

#[tokio::test]
async fn an_entry_of_a_file_keeps_the_contract() {
    let [_, dotenv, json] = cases();
    for case in [dotenv, json] {
        vault_contract(async || {
            let made = subject(&case);
            let first = made.stranger.as_ref().unwrap();
            // Other programs have their part of the file before keybaton has.
            first("");
            std::fs::write(path_of(&made, &case), empty(&case)).unwrap();
            private(&path_of(&made, &case));
            made
        })
        .await;
    }
}

fn private(path: &std::path::Path) {
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

fn path_of(subject: &VaultSubject, case: &Case) -> std::path::PathBuf {
    let folder = subject.keep.downcast_ref::<tempfile::TempDir>().unwrap();
    folder.path().join(case.name.split('#').next().unwrap())
}

/// The file with the entry there and no value in it.
fn empty(case: &Case) -> String {
    let [head, tail] = case.around;
    match case.settings["format"].as_str() {
        Some("json") => format!("{}null{}", head.strip_suffix('"').unwrap(), tail.strip_prefix('"').unwrap()),
        _ => format!("{head}{tail}"),
    }
}
