//! The configuration from several files, where its values come from, and what an editor gets.

use rustix::process::Signal;

use crate::stage::{Bench, Keybaton, SECRET};

const LITERAL: &str = "sk_live_4eC39HqLyjWDarjtT1zdp7dc";

#[tokio::test]
async fn files_in_the_folder_are_part_of_the_configuration() {
    let bench = Bench::adopted().await;
    std::fs::create_dir(bench.keybaton.path("keybaton.d")).unwrap();
    bench.keybaton.write("keybaton.d/10-owner.toml", "[secret.payments.env.prod]\nevery = \"30d\"\n");
    bench.run("config check").await.exits(0).says(&["keybaton.d/10-owner.toml"]).prints(&["every 30d"]);
    bench.keybaton.write("keybaton.d/20-twice.toml", "[secret.payments]\nissuer = \"other\"\n");
    let ended = bench.run("status").await.exits(2).explains();
    ended.says(&["`secret.payments.issuer` stands in two files", "keybaton.d/20-twice.toml:2", "keybaton.toml:"]);
}

#[tokio::test]
async fn every_value_names_who_says_it() {
    let bench = Bench::adopted().await;
    let text = bench.run("config show --origin").await.exits(0);
    let text = text.prints(&[SECRET, "overlap.min = 1s  <- keybaton.toml:", "rollback = auto  <- built in"]);
    assert!(text.out.lines().all(|line| !line.contains("admin.token")), "{}", text.transcript());
    let text =
        text.prints(&["issuer.type = http  <- keybaton.toml:", "[issuer.stranger]", "issuer.create.request = set  <-"]);
    assert!(text.out.contains("issuer.timeout = 2s  <- keybaton.toml:"), "{}", text.transcript());
    let json = bench.run("config show --origin --json").await.exits(0).json();
    assert_eq!(json["schema"], "keybaton/config-show/v1");
    assert!(json["origins"].as_array().unwrap().iter().any(|row| row["key"] == "ttl" && row["from"] == "default"));
    bench.run("config show --orign").await.exits(2).explains();
    Keybaton::new().run("config show --origin").await.exits(2).explains().says(&["no keybaton.toml found"]);
}

#[tokio::test]
async fn a_literal_in_an_issuer_that_nobody_uses_is_refused_too() {
    let bench = Bench::adopted().await;
    std::fs::create_dir(bench.keybaton.path("keybaton.d")).unwrap();
    let idle =
        format!("[issuer.idle]\ntype = \"http\"\nbase = \"https://a.example\"\nauth = {{ bearer = \"{LITERAL}\" }}\n");
    bench.keybaton.write("keybaton.d/idle.toml", &idle);
    for line in ["config check", "status"] {
        let ended = bench.run(line).await.exits(2).explains().hides(LITERAL);
        ended.says(&["a secret never stands in the configuration itself", "keybaton.d/idle.toml:4"]);
    }
}

#[tokio::test]
async fn a_hangup_reads_the_folder_again_and_a_wrong_file_never_replaces_what_runs() {
    let bench = Bench::adopted().await;
    let mut serve = bench.keybaton.start("serve");
    serve.says("serving").await;
    std::fs::create_dir(bench.keybaton.path("keybaton.d")).unwrap();
    bench.keybaton.write("keybaton.d/a.toml", "[secret.payments.env.prod]\nevry = \"1d\"\n");
    serve.signal(Signal::HUP);
    serve.says("The configuration that was running goes on").await;
    assert!(serve.words().contains("keybaton.d/a.toml:2"), "{}", serve.words());
    let staging = "[secret.payments.env.staging]\nevery = \"30d\"\n";
    bench.keybaton.write("keybaton.d/a.toml", staging);
    serve.signal(Signal::HUP);
    assert!(serve.says("reloaded").await.contains("2 secrets"));
    serve.signal(Signal::INT);
    serve.ended().await.exits(0);
}

#[tokio::test]
async fn the_schema_describes_the_tables_of_every_connector() {
    let schema = Keybaton::new().run("config schema").await.exits(0).json();
    let types: Vec<_> = schema["$defs"]["Issuer"]["oneOf"].as_array().unwrap().clone();
    assert!(types.contains(&serde_json::json!({ "$ref": "#/$defs/http-issuer" })), "{types:?}");
    assert_eq!(schema["$defs"]["postgres-issuer"]["properties"]["type"]["const"], "postgres");
}
