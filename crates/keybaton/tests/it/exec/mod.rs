//! A program as issuer and probe, from end to end: the one of the how-to.

use std::os::unix::fs::PermissionsExt;

use crate::stage::Keybaton;

const PAGE: &str = include_str!("../../../../../docs/howto/exec-connector.md");

/// The part of the page between this fence and the next.
fn block(language: &str) -> &'static str {
    let (_, rest) = PAGE.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

/// The page's program and configuration in a folder of their own, with one old key.
async fn stage() -> Keybaton {
    let mut keybaton = Keybaton::new();
    keybaton.set("SHOP_ADMIN_TOKEN", "shop-admin-token-77");
    let (folder, program) = (keybaton.path("exec.d"), keybaton.path("exec.d/shop-keys"));
    std::fs::create_dir(&folder).unwrap();
    std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o755)).unwrap();
    std::fs::write(&program, block("python").trim_start()).unwrap();
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    keybaton.write("keys.json", r#"[{"id":"old","label":"by hand","value":"sk_old_shop_1","enabled":true}]"#);
    let file = keybaton.path("keys.json").display().to_string();
    let terms = "overlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }\n";
    let config = block("toml").replace("/var/lib/shop/keys.json", &file);
    let config = config.replace("program =", "folder = \"exec.d\"\nprogram =").replace("every = \"30d\"", terms);
    keybaton.write("keybaton.toml", &config);
    keybaton.run("init").await.exits(0);
    keybaton
}

#[tokio::test]
async fn the_program_of_the_page_rotates_a_key() {
    let keybaton = stage().await;
    keybaton.run("config check").await.exits(0);
    keybaton.feed("adopt shop/prod --id old", "sk_old_shop_1\n").await.exits(0);
    let ended = keybaton.run("rotate shop/prod --wait").await.exits(0);
    ended.hides("sk_old_shop_1").hides("shop-admin-token-77");
    let keys: serde_json::Value = serde_json::from_slice(&std::fs::read(keybaton.path("keys.json")).unwrap()).unwrap();
    let got = keybaton.run("get shop/prod --reveal").await.exits(0);
    assert_eq!(keys.as_array().unwrap().len(), 1, "{keys}");
    assert_eq!(keys[0]["value"], got.out.trim());
    assert!(keys[0]["label"].as_str().unwrap().starts_with("kb1-"), "{keys}");
}

#[tokio::test]
async fn a_program_that_others_may_change_holds_the_rotation_before_it_begins() {
    let keybaton = stage().await;
    keybaton.feed("adopt shop/prod --id old", "sk_old_shop_1\n").await.exits(0);
    std::fs::set_permissions(keybaton.path("exec.d"), PermissionsExt::from_mode(0o777)).unwrap();
    let ended = keybaton.run("rotate shop/prod --wait").await.exits(5);
    ended.says(&["held", "others may write", "old"]);
}
