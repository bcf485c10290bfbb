//! A keybaton that was built without the clouds: what it lists, and what it says of a configuration that names one.
//!
//! Nothing is in here when they are in the build; `cargo xtask test` makes the other one for it.

#![cfg(not(any(feature = "aws", feature = "azure")))]
#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// Connectors that are not in, each with the feature that brings it and a table that names it. Nothing else of the table
/// is read.
const LEFT_OUT: [(&str, &str, &str); 5] = [
    ("aws-iam", "aws", "[issuer.one]\ntype = \"aws-iam\"\nuser = \"app\"\n"),
    ("aws-secrets-manager", "aws", "[vault.one]\ntype = \"aws-secrets-manager\"\nregion = \"eu-west-1\"\n"),
    ("azure-entra", "azure", "[issuer.one]\ntype = \"azure-entra\"\napplication = \"app\"\n"),
    ("azure-storage", "azure", "[issuer.one]\ntype = \"azure-storage\"\naccount = \"files\"\n"),
    ("azure-key-vault", "azure", "[vault.one]\ntype = \"azure-key-vault\"\nurl = \"https://kv.example\"\n"),
];

fn run(folder: &Path, line: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keybaton"));
    command.args(line.split(' ')).current_dir(folder).env("NO_COLOR", "1").env("HOME", folder);
    for name in ["KEYBATON_CONFIG", "KEYBATON_SERVER", "KEYBATON_TOKEN"] {
        command.env_remove(name);
    }
    command.output().unwrap()
}

fn words(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn document(folder: &Path, line: &str) -> Value {
    let ended = run(folder, line);
    assert_eq!(ended.status.code(), Some(0), "{line}: {}", words(&ended));
    serde_json::from_slice(&ended.stdout).unwrap()
}

/// What is said of a connector that is not in.
fn assert_refused(ended: &Output, name: &str, feature: &str) {
    let said = words(ended);
    assert_eq!((ended.status.code(), ended.stdout.is_empty()), (Some(2), true), "{said}");
    assert!(said.contains(&format!("this keybaton was built without {feature}, and has no `{name}`")), "{said}");
    let hint = said.lines().last().unwrap();
    assert!(hint.starts_with("hint: ") && hint.ends_with(&format!("--features {feature}")), "{said}");
}

#[test]
fn a_configuration_that_names_a_cloud_is_refused_with_the_line_and_the_way_out() {
    for (name, feature, table) in LEFT_OUT {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("keybaton.toml"), format!("version = 1\n\n{table}")).unwrap();
        for line in ["config check", "status", "tick"] {
            let ended = run(folder.path(), line);
            assert_refused(&ended, name, feature);
            let said = words(&ended);
            assert!(said.contains("keybaton.toml:3") && said.contains("nothing was changed"), "{said}");
        }
    }
}

#[test]
fn a_probe_and_a_vault_that_a_secret_uses_are_refused_alike() {
    let [.., (name, feature, vault)] = LEFT_OUT;
    let hand = "[issuer.hand]\ntype = \"manual\"\ninstructions = \"ask\"\n[secret.x.env.prod]\nissuer = \"hand\"\n";
    let http = "probe = { http = \"GET https://api.example\", bearer = \"{{ value }}\" }\n";
    let secrets = [
        (name, feature, format!("{vault}{hand}{http}vault = \"one\"\n")),
        ("aws-iam", "aws", format!("{hand}probe = {{ aws-iam = {{}} }}\n")),
    ];
    for (name, feature, text) in secrets {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("keybaton.toml"), format!("version = 1\n{text}")).unwrap();
        assert_refused(&run(folder.path(), "config check"), name, feature);
    }
}

#[test]
fn only_what_is_in_is_listed_described_and_shown() {
    let folder = tempfile::tempdir().unwrap();
    let listed = document(folder.path(), "connector list --json");
    let names: Vec<&str> =
        listed["connectors"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    for name in ["hashicorp-vault", "http", "kubernetes", "postgres"] {
        assert!(names.contains(&name), "{names:?}");
    }
    let schema = document(folder.path(), "config schema").to_string();
    assert!(schema.contains("hashicorp-vault"));
    for (name, feature, _) in LEFT_OUT {
        assert!(!names.contains(&name) && !schema.contains(name), "{name}");
        assert_refused(&run(folder.path(), &format!("connector show {name}")), name, feature);
    }
}
