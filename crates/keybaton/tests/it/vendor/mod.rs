//! A key of a vendor, rotated with that vendor's preset.

mod sendgrid;

use sendgrid::{ADMIN, OLD, SendGrid};

use crate::stage::Keybaton;

const TERMS: &str =
    "overlap = { min = \"1s\", max = \"1h\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }";

/// An initialised folder with the preset, and these keys beside it.
fn folder(vendor: &SendGrid, keys: &str) -> Keybaton {
    let mut keybaton = Keybaton::new();
    keybaton.set("SENDGRID_ADMIN_KEY", ADMIN);
    let text = format!(
        "version = 1\n[issuer.sendgrid]\npreset = \"sendgrid\"\nbase = \"{}\"\n\
         auth = {{ bearer = {{ env = \"SENDGRID_ADMIN_KEY\" }} }}\npropagation = \"200ms\"\nquiescence = \"10s\"\n{keys}\n\
         [secret.mail]\nissuer = \"sendgrid\"\n[secret.mail.env.prod]\n{TERMS}\n",
        vendor.url
    );
    keybaton.write("keybaton.toml", &text);
    keybaton
}

#[tokio::test]
async fn a_key_of_a_vendor_is_adopted_and_rotated_without_a_refused_mail() {
    let vendor = SendGrid::start().await;
    let keybaton = folder(&vendor, "scopes = [\"mail.send\"]");
    keybaton.run("init").await.exits(0);
    keybaton.feed(&format!("adopt mail/prod --id {}", OLD.0), &format!("{}\n", OLD.1)).await.exits(0);
    keybaton.run("plan mail/prod").await.exits(0).prints(&["could be rotated now", "names no number"]);
    let mut rotate = Box::pin(keybaton.start("rotate mail/prod --wait").ended());
    let mut mails = 0;
    let ended = loop {
        tokio::select! {
            ended = &mut rotate => break ended,
            got = keybaton.run("get mail/prod --reveal") => {
                assert!(vendor.sends(got.exits(0).out.trim_end()), "mail {mails} was refused");
                mails += 1;
            }
        }
    };
    ended.exits(0);
    assert!(mails > 0, "no mail was sent during the rotation");
    let keys = vendor.keys();
    assert!(!vendor.sends(OLD.1) && keys.len() == 1, "{}", keys.len());
    assert!(keys[0].1.starts_with("kb1-"), "{}", keys[0].1);
    let value = keybaton.run("get mail/prod --reveal").await.exits(0);
    assert_eq!(value.out.trim_end(), keys[0].2);
}

#[tokio::test]
async fn a_value_that_the_vendor_does_not_know_is_not_adopted() {
    let vendor = SendGrid::start().await;
    let keybaton = folder(&vendor, "scopes = [\"mail.send\"]");
    keybaton.run("init").await.exits(0);
    let ended = keybaton.feed("adopt mail/prod --id x", "SG.x.nobody-knows-this\n").await.exits(1);
    assert!(!ended.transcript().contains("nobody-knows-this"), "{}", ended.transcript());
}

#[tokio::test]
async fn the_shown_configuration_has_the_merged_table_and_no_reference() {
    let vendor = SendGrid::start().await;
    let keybaton = folder(&vendor, "scopes = [\"mail.send\"]\ncreate = { id = \"$.other\" }");
    let shown = keybaton.run("config show").await.exits(0);
    assert!(!shown.out.contains("SENDGRID_ADMIN_KEY"), "{}", shown.out);
    let shown = shown.json();
    let secret = &shown["secrets"][0];
    assert_eq!((&secret["preset"], &secret["issuer_type"]), (&"sendgrid".into(), &"http".into()));
    let settings = &secret["issuer_settings"];
    assert_eq!(settings["create"]["request"], "POST /v3/api_keys");
    assert_eq!((&settings["create"]["id"], &settings["propagation"]), (&"$.other".into(), &"200ms".into()));
    assert_eq!(settings["parameters"]["scopes"][0], "mail.send");
}

#[tokio::test]
async fn a_mistake_beside_a_preset_is_shown_at_its_line() {
    let vendor = SendGrid::start().await;
    let keybaton = folder(&vendor, "scoops = [\"mail.send\"]");
    keybaton.run("config check").await.exits(2).says(&[
        "unknown key `scoops`",
        "keybaton.toml:8:1",
        "did you mean `scopes`?",
    ]);
    let keybaton = folder(&vendor, "scopes = \"mail.send\"");
    keybaton.run("config check").await.exits(2).says(&["`scopes`: expected a list of texts", "keybaton.toml:8:10"]);
    let keybaton = folder(&vendor, "");
    keybaton.run("config check").await.exits(2).says(&["needs `scopes`", "keybaton.toml:3:10", "add scopes = "]);
}
