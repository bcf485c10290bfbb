//! Connectors: what there is, what one takes, whether a configured one works.

use crate::stage::{Bench, Keybaton, OLD_VALUE, SECRET};

#[tokio::test]
async fn every_kind_is_listed_and_shown() {
    let keybaton = Keybaton::new();
    keybaton.run("connector list").await.exits(0).prints(&["http", "issuer, probe", "postgres"]);
    let json = keybaton.run("connector list --json").await.exits(0).json();
    assert_eq!(json["schema"], "keybaton/connectors/v1");
    keybaton
        .run("connector show http")
        .await
        .exits(0)
        .prints(&["[issuer.NAME] with type = \"http\"", "create (required)"]);
    let json = keybaton.run("connector show http --json").await.exits(0).json();
    assert_eq!(json["roles"][0]["role"], "issuer");
    keybaton.run("connector show htp").await.exits(2).explains().says(&["it is one of", "http"]);
    keybaton.run("connector").await.exits(2).explains().says(&["list, show, test, new"]);
}

#[tokio::test]
async fn a_test_changes_nothing_and_says_what_works() {
    let bench = Bench::adopted().await;
    let before = bench.service.state().keys().len();
    let ended = bench.run(&format!("connector test {SECRET}")).await.exits(0).hides(OLD_VALUE);
    ended.prints(&[
        "✓ ok      list: reached, admitted and read: 1 keys",
        "✓ ok      current key: the probe was let in",
        "abilities:",
    ]);
    bench.run("connector test issuer.stranger").await.exits(0).prints(&["current key"]);
    assert_eq!(bench.service.state().keys().len(), before);
}

#[tokio::test]
async fn a_test_key_is_made_tried_and_destroyed_after_a_yes() {
    let bench = Bench::adopted().await;
    let line = format!("connector test {SECRET} --create");
    bench.run(&line).await.exits(2).explains().says(&["needs a yes", "pass --yes"]);
    assert_eq!(bench.service.live().len(), 1);
    let ended = bench.run(&format!("{line} --yes --json")).await.exits(0);
    let checks = ended.json()["checks"].as_array().unwrap().clone();
    for name in ["test key", "new key", "clean-up"] {
        assert!(checks.iter().any(|check| check["name"] == name && check["result"] == "ok"), "{}", ended.transcript());
    }
    assert_eq!((bench.service.state().keys().len(), bench.service.live().len()), (2, 1));
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    bench.assert_whole().await;
}

#[tokio::test]
async fn a_wrong_admin_token_is_a_no_and_a_service_that_is_away_an_unknown() {
    let bench = Bench::adopted().await;
    bench.keybaton.write("admin.token", "wrong");
    let ended = bench.run(&format!("connector test {SECRET}")).await.exits(1);
    ended.prints(&["✗ failed  list: the admin's credential was not admitted"]);
    let text = std::fs::read_to_string(bench.keybaton.path("keybaton.toml")).unwrap();
    let base = text.split("base = \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    bench.keybaton.write("keybaton.toml", &text.replace(&base, "http://127.0.0.1:9"));
    bench.run(&format!("connector test {SECRET}")).await.exits(3).prints(&["? unknown list: not reached"]);
}

#[tokio::test]
async fn what_is_not_configured_cannot_be_tested() {
    let bench = Bench::adopted().await;
    for target in ["issuer.nobody", "nobody/prod"] {
        bench.run(&format!("connector test {target}")).await.exits(2).explains().says(&["is not in the configuration"]);
    }
    bench.run("connector test nothing").await.exits(2).explains();
    Keybaton::new().run("connector test a/b").await.exits(2).explains().says(&["no keybaton.toml found"]);
}

#[tokio::test]
async fn a_new_issuer_is_ready_to_be_used() {
    let keybaton = Keybaton::new();
    keybaton.run("init --no-scan").await.exits(0);
    let flags = "--base https://api.acme.example --token-env ACME --create 'POST /v1/keys' --id '$.id' \
                 --value '$.secret' --revoke 'DELETE /v1/keys/{{ id }}'";
    let script = format!("{} connector new acme {flags}", env!("CARGO_BIN_EXE_keybaton"));
    let made = keybaton.run_under(&["sh", "-c", &script], "").await.exits(0).prints(&["[issuer.\"acme\"]"]);
    let text = std::fs::read_to_string(keybaton.path("keybaton.toml")).unwrap();
    keybaton.write("keybaton.toml", &format!("{text}\n{}", made.out));
    keybaton.run("config check").await.exits(0);
    let ended = keybaton.run("connector new acme").await.exits(2).explains();
    ended.says(&["there is no terminal to ask on", "--base"]);
}

#[tokio::test]
async fn a_new_issuer_is_asked_for_on_a_terminal() {
    let keybaton = Keybaton::new();
    let script =
        format!("yes '' | head -7 | script -qec '{} connector new acme' /dev/null", env!("CARGO_BIN_EXE_keybaton"));
    let ended = keybaton.run_under(&["sh", "-c", &script], "").await.exits(0);
    ended.prints(&["? Which request makes a key [POST /v1/keys]", "type = \"http\""]);
}

#[tokio::test]
async fn a_new_program_works_at_once_and_is_never_written_over() {
    let keybaton = Keybaton::new();
    keybaton.run("init --no-scan").await.exits(0);
    let made = keybaton.run("connector new shop --exec").await.exits(0).says(&["exec.d/shop", "connector test"]);
    let text = std::fs::read_to_string(keybaton.path("keybaton.toml")).unwrap();
    let secret = "[secret.shop]\nissuer = \"shop\"\n[secret.shop.env.prod]\n\
                  overlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }\n";
    keybaton.write("keybaton.toml", &format!("{text}\n{}{secret}", made.out));
    keybaton
        .run("connector test issuer.shop")
        .await
        .exits(0)
        .prints(&["✓ ok      list: reached", "✓ ok      description: "]);
    keybaton.write("shop-keys.json", r#"[{"id":"old","label":"by hand","value":"sk_old_shop_1","enabled":true}]"#);
    keybaton.feed("adopt shop/prod --id old", "sk_old_shop_1\n").await.exits(0);
    keybaton.run("connector test shop/prod --create --yes").await.exits(0).prints(&["clean-up"]);
    keybaton.run("rotate shop/prod --wait").await.exits(0);
    let text = std::fs::read_to_string(keybaton.path("keybaton.toml")).unwrap();
    keybaton.write("keybaton.toml", &text.replace("\"disable\", ", ""));
    let differs = keybaton.run("connector test issuer.shop").await.exits(1);
    differs.prints(&["✗ failed  description: it can \"disable\", which `can` does not have"]);
    keybaton.write("keybaton.toml", &text);
    let again = keybaton.run("connector new shop --exec").await.exits(2).explains();
    again.says(&["is there already", "nothing was changed"]);
    keybaton.run("connector new ../shop --exec").await.exits(2).explains();
    assert!(!keybaton.path("shop").exists());
}

#[tokio::test]
async fn presets_are_listed_and_shown() {
    let keybaton = Keybaton::new();
    keybaton.run("connector list").await.exits(0).prints(&["PRESET", "sendgrid", "by hand"]);
    let listed = keybaton.run("connector list --json").await.exits(0).json();
    assert!(listed["presets"].as_array().unwrap().iter().any(|preset| preset["name"] == "gitlab"), "{listed}");
    let shown = keybaton.run("connector show sendgrid").await.exits(0);
    shown.prints(&["preset = \"sendgrid\"", "scopes = [\"mail.send\"]", "scopes (required)", "Sources", "https://"]);
    let json = keybaton.run("connector show sendgrid --json").await.exits(0).json();
    assert_eq!(json["schema"], "keybaton/preset/v1");
    assert_eq!(json["settings"][0]["key"], "auth");
    keybaton.run("connector show stripe").await.exits(0).prints(&["No issuer: "]);
}

#[tokio::test]
async fn a_preset_is_found_configured_and_named_as_the_origin() {
    let mut keybaton = Keybaton::new();
    keybaton.write(".env", "SENDGRID_API_KEY=x1y2z3a4b5c6d7e8f9\n");
    keybaton.run("init").await.exits(0);
    let text = std::fs::read_to_string(keybaton.path("keybaton.toml")).unwrap();
    assert!(text.contains("#preset = \"sendgrid\""), "{text}");
    keybaton.set("SENDGRID_ADMIN_KEY", "admin-canary-of-the-test");
    let issuer = "[issuer.mail]\npreset = \"sendgrid\"\nauth = { bearer = { env = \"SENDGRID_ADMIN_KEY\" } }\n\
                  scopes = [\"mail.send\"]\nbase = \"http://127.0.0.1:9\"\n[secret.mail]\nissuer = \"mail\"\n\
                  [secret.mail.env.prod]\nevery = \"30d\"\n";
    keybaton.write("keybaton.toml", &format!("version = 1\n{issuer}"));
    let origins = keybaton.run("config show --origin").await.exits(0).prints(&["<- preset sendgrid"]);
    assert!(origins.out.contains("issuer.create.request = POST /v3/api_keys"), "{}", origins.out);
    assert!(origins.out.contains("issuer.base = set  <- keybaton.toml:"), "{}", origins.out);
    let tried = keybaton.run("connector test issuer.mail").await.exits(3).hides("admin-canary-of-the-test");
    tried.prints(&["not reached"]);
}
