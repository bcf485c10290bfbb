//! What belongs to later versions is refused by name, never ignored.

use crate::text::refused;

fn names(text: &str, what: &str) {
    let error = refused(&format!("version = 1\n{text}"));
    assert!(error.starts_with(&format!("error: {what} is not in this version of keybaton\n")), "{error}");
    assert!(error.ends_with("hint: remove it; it is not ignored"), "{error}");
}

#[test]
fn types_of_later_versions_are_named() {
    names("[issuer.a]\ntype = \"mysql\"\nkey = 1\n", "the issuer type `mysql`");
    names("[vault.a]\ntype = \"gcp-secret-manager\"\nurl = \"x\"\n", "the vault type `gcp-secret-manager`");
    names("[state]\nurl = \"postgres://u:pw@db/kb\"\n", "a PostgreSQL state");
}

#[test]
fn an_issuer_that_is_refused_is_not_missed_by_its_secrets() {
    let error = refused("version = 1\n[issuer.a]\ntype = \"mysql\"\n[secret.x.env.prod]\nissuer = \"a\"\n");
    assert_eq!(error.matches("error:").count(), 1, "{error}");
}
