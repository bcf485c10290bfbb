//! Where each value comes from.

use std::path::{Path, PathBuf};

use keybaton_config::{Config, report};

const MAIN: &str = r#"version = 1
[server]
listen = "127.0.0.1:7000"
[defaults]
overlap = { min = "2h", max = "3d" }
ttl = "5m"
[issuer.acme]
type = "http"
[secret.payments]
issuer = "acme"
cron = "0 2 * * 1"
render = "postgres://{{ id }}:{{ value }}@db/app?sslpassword=hunter2"
"#;

const PROD: &str = r#"[secret.payments.env.prod]
every = "30d"
overlap = { max = "5d" }
watch = { for = "3h" }
"#;

fn rows() -> Vec<String> {
    let others = vec![(PathBuf::from("d/prod.toml"), PROD.to_owned())];
    let config = Config::join(Path::new("main.toml"), Path::new("/srv"), MAIN, others).unwrap();
    let shown = report::origins(&config);
    assert_eq!(shown.files, ["main.toml", "d/prod.toml"]);
    shown.origins.iter().map(|origin| format!("{} = {} <- {}", origin.key, origin.value, origin.from)).collect()
}

#[test]
fn each_value_names_its_line_and_its_table() {
    let rows = rows();
    for row in [
        "server.listen = 127.0.0.1:7000 <- main.toml:3 [server]",
        "state.url = sqlite:/srv/.keybaton/state.db <- built in",
        "ttl = 5m <- main.toml:6 [defaults]",
        "overlap.max = 5d <- d/prod.toml:3 [secret.payments.env.prod]",
        "issuer = acme <- main.toml:10 [secret.payments]",
        "watch.every = 1m <- built in",
        "vault = embedded <- built in",
    ] {
        assert!(rows.iter().any(|found| found == row), "{row} is not in {rows:#?}");
    }
}

#[test]
fn a_value_that_was_raised_says_what_was_written() {
    let row = "overlap.min = 3h (written: 2h) <- main.toml:5 [defaults]";
    assert!(rows().iter().any(|found| found == row), "{:#?}", rows());
}

#[test]
fn a_schedule_of_its_own_replaces_the_inherited_one() {
    let rows = rows();
    assert!(rows.iter().any(|row| row.starts_with("every = 30d")) && !rows.iter().any(|row| row.starts_with("cron")));
}

#[test]
fn a_text_that_may_hold_a_secret_is_not_repeated() {
    let rows = rows().join("\n");
    assert!(rows.contains("render = set") && !rows.contains("hunter2"), "{rows}");
}
