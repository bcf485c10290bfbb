//! A configuration that cannot be used.

use crate::stage::{Bench, Keybaton};

#[tokio::test]
async fn an_unknown_key_is_named_with_its_place_and_what_was_meant() {
    let mut bench = Bench::adopted().await;
    bench.agree("overlp = { min = \"1s\" }");
    let line = std::fs::read_to_string(bench.keybaton.path("keybaton.toml")).unwrap();
    let line = line.lines().position(|line| line.starts_with("overlp")).unwrap() + 1;
    let ended = bench.run("status").await.exits(2).explains();
    ended.says(&["unknown key `overlp`", &format!("keybaton.toml:{line}:1"), "hint: did you mean `overlap`?"]);
}

#[tokio::test]
async fn a_literal_in_place_of_a_reference_is_refused_and_never_repeated() {
    let keybaton = Keybaton::new();
    keybaton.write(
        "keybaton.toml",
        "version = 1\n[issuer.a]\ntype = \"http\"\nbase = \"http://127.0.0.1:1\"\nauth = { bearer = \"sk_live_canary_77\" }\n\
         create = { request = \"POST /k\", id = \"$.id\" }\nrevoke = { request = \"DELETE /k/{{ id }}\" }\n\
         [secret.a.env.b]\nissuer = \"a\"\nprobe = { http = \"GET http://127.0.0.1:1/\", bearer = \"{{ value }}\" }\n",
    );
    keybaton.run("init").await.exits(0).hides("sk_live_canary_77");
    keybaton.run("config show").await.exits(0).hides("sk_live_canary_77");
    for line in ["status", "config check"] {
        let ended = keybaton.run(line).await.exits(2).explains().hides("sk_live_canary_77");
        ended.says(&["keybaton.toml:5:", "env = "]);
    }
}

#[tokio::test]
async fn an_empty_folder_is_told_where_to_begin() {
    let ended = Keybaton::new().run("status").await.exits(2).explains();
    ended.says(&["no keybaton.toml found", "hint: `keybaton init`"]);
}

#[tokio::test]
async fn a_reference_that_gives_nothing_names_itself() {
    let bench = Bench::adopted().await;
    std::fs::remove_file(bench.keybaton.path("admin.token")).unwrap();
    bench.run("rotate payments/prod").await.exits(2).explains().says(&["admin.token", "gives no secret"]);
    bench.run("status").await.exits(0);
}

#[tokio::test]
async fn a_secret_that_is_not_configured_is_told_which_ones_are() {
    let bench = Bench::adopted().await;
    let ended = bench.run("explain payments/staging").await.exits(2);
    ended.says(&["payments/staging is not in the configuration", "hint: ", "payments/prod"]);
}

#[tokio::test]
async fn what_this_version_does_not_know_is_refused_and_not_ignored() {
    let keybaton = Keybaton::new();
    keybaton.write("keybaton.toml", "version = 1\n[vault.kv]\ntype = \"gcp-secret-manager\"\n");
    keybaton.run("config check").await.exits(2).explains().says(&["not in this version"]);
}

#[tokio::test]
async fn a_schedule_that_is_not_what_it_seems_is_pointed_out() {
    let mut bench = Bench::adopted().await;
    bench.agree("cron = \"0 0 2 */30 * *\"\noverlap = { until = \"time\" }");
    let ended = bench.run("config check").await.exits(0).says(&["30d"]);
    assert_eq!(ended.out.matches("02:00:00").count(), 5, "{}", ended.transcript());
    let shown = bench.run("config show").await.exits(0).json();
    assert!(shown["secrets"][0]["issuer"] == "stranger", "{shown}");
    assert_eq!(bench.run("config schema").await.exits(0).json()["type"], "object");
}
