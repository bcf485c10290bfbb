//! Taking over a key that stands in a file.

use super::rig::{bench, read};
use crate::stage::{OLD_ID, OLD_VALUE, SECRET};

const TERMS: &str = "overlap = { until = \"time\" }";

#[tokio::test]
async fn the_file_is_compared_and_not_written() {
    let bench = bench(TERMS, OLD_VALUE).await;
    let file = bench.keybaton.path("app.env");
    let before = std::fs::metadata(&file).unwrap();
    bench.adopt().await.exits(0).hides(OLD_VALUE);
    let after = std::fs::metadata(&file).unwrap();
    let mark = |meta: &std::fs::Metadata| (std::os::unix::fs::MetadataExt::ino(meta), meta.modified().unwrap());
    assert_eq!(mark(&before), mark(&after), "the file was written");
    assert_eq!(bench.status().await["version"], 1);
}

#[tokio::test]
async fn another_value_in_the_file_is_left_alone_unless_it_is_asked_for() {
    let bench = bench(TERMS, "sk_another_value").await;
    let ended = bench.adopt().await.exits(1).explains().hides(OLD_VALUE).hides("sk_another_value");
    ended.says(&["the vault files does not serve this value", "--publish"]);
    assert_eq!(read(&bench), "sk_another_value");
    let line = format!("adopt {SECRET} --id {OLD_ID} --publish");
    bench.keybaton.feed(&line, OLD_VALUE).await.exits(0).hides(OLD_VALUE);
    assert_eq!(read(&bench), OLD_VALUE);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_for_sure_stops_the_adoption() {
    let bench = bench(TERMS, OLD_VALUE).await;
    bench.keybaton.write("app.env", &format!("PAYMENTS_KEY={OLD_VALUE}\nPAYMENTS_KEY=other\n"));
    let ended = bench.adopt().await.exits(3).explains().hides(OLD_VALUE);
    ended.says(&["line 1 and line 2", "nothing was changed"]);
}

#[tokio::test]
async fn two_secrets_in_one_place_are_refused() {
    let mut bench = bench(TERMS, OLD_VALUE).await;
    bench.agree(
        "vault = \"files\"\nname = \"app.env#PAYMENTS_KEY\"\n[secret.payments.env.stage]\nvault = \"same\"\n\
         name = \"./x/../app.env\"\n[vault.files]\ntype = \"file\"\nformat = \"dotenv\"\n[vault.same]\ntype = \"file\"\n\
         format = \"dotenv\"\nkey = \"PAYMENTS_KEY\"",
    );
    let ended = bench.run("config check").await.exits(2).explains();
    ended.says(&["payments/stage and payments/prod are both published to", "app.env#PAYMENTS_KEY", "keybaton.toml:"]);
}

#[tokio::test]
async fn settings_of_the_vault_are_checked_with_their_place() {
    let mut bench = bench(TERMS, OLD_VALUE).await;
    bench.agree("vault = \"files\"\n[vault.files]\ntype = \"file\"\nmode = \"0644\"");
    bench.run("config check").await.exits(2).says(&["world_readable", "keybaton.toml:"]);
    bench.agree("vault = \"files\"\n[vault.files]\ntype = \"file\"\nformat = \"dotenv\"");
    bench.run("config check").await.exits(2).says(&["payments-prod#KEY"]);
}
