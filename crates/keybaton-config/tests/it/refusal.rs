//! What is said about each kind of mistake: message, place, line and hint.

use keybaton_config::{Color, Config, Error, LIMIT};

use crate::text::{load, refused};

const ACME: &str = "version = 1\n[issuer.acme]\ntype = \"http\"\n";

/// The message, the place and the hint of a text after [`ACME`], which has three lines.
fn said(text: &str) -> (String, String, String) {
    let all = refused(&format!("{ACME}{text}"));
    let lines: Vec<&str> = all.lines().collect();
    let place = lines.iter().find_map(|line| line.trim_start().strip_prefix("--> keybaton.toml:")).unwrap();
    let hint = lines.iter().rev().find_map(|line| line.strip_prefix("hint: ")).unwrap_or_default();
    (lines[0].strip_prefix("error: ").unwrap().to_owned(), place.to_owned(), hint.to_owned())
}

fn says(text: &str, message: &str, place: &str, hint: &str) {
    assert_eq!(said(text), (message.to_owned(), place.to_owned(), hint.to_owned()), "{text}");
}

fn prod(text: &str) -> String {
    format!("[secret.a.env.prod]\nissuer = \"acme\"\n{text}\n")
}

#[test]
fn an_unknown_key_is_shown_with_what_was_meant() {
    assert_eq!(
        refused("version = 1\n[secret.payments]\nownr = \"team\" # who\n[secret.payments.env.prod]\n"),
        "error: unknown key `ownr`
 --> keybaton.toml:3:1
  |
3 | ownr = …
  | ^^^^
  |
hint: did you mean `owner`?"
    );
}

#[test]
fn unknown_keys_are_found_everywhere() {
    says("[sate]\n", "unknown key `sate`", "4:2", "did you mean `state`?");
    says("[secret.a]\n[secret.a.evn.prod]\n", "unknown key `evn`", "5:11", "did you mean `env`?");
    says("[server]\nlissen = 1\n", "unknown key `lissen`", "5:1", "did you mean `listen`?");
    says("[defaults]\noverlap = { mni = \"1h\" }\n", "unknown key `mni`", "5:13", "did you mean `min`?");
    says("[vault.x]\ntype = \"embedded\"\nurl = 1\n", "unknown key `url`", "6:1", "it is one of `type`");
    says(&prod("max-age = \"1d\""), "unknown key `max-age`", "6:1", "did you mean `max_age`?");
    says(&prod("window = { form = \"1\", to = \"2\" }"), "unknown key `form`", "6:12", "did you mean `from`?");
    let (message, place, hint) = said(&prod("env = {}"));
    assert_eq!((message.as_str(), place.as_str()), ("unknown key `env`", "6:1"));
    assert!(hint.starts_with("it is one of `owner`, `issuer`, "), "{hint}");
}

#[test]
fn unknown_words_and_names_are_found() {
    says(&prod("rollback = \"atuo\""), "unknown word `atuo`", "6:12", "did you mean `auto`?");
    says(&prod("overlap = { until = \"x\" }"), "unknown word `x`", "6:21", "it is one of `all-consumers`, `time`");
    says("[issuer.b]\ntype = \"htpt\"\n", "unknown word `htpt`", "5:8", "did you mean `http`?");
    says(
        "[issuer.b]\ntype = \"sk_live\"\n",
        "unknown word",
        "5:8",
        "it is one of `aws-iam`, `azure-entra`, `azure-storage`, `exec`, `http`, `manual`, `mariadb`, `openbao-approle`, `postgres`, `redis`",
    );
    says(
        "[issuer.b]\nbase = 1\n",
        "an issuer needs a `type` or a `preset`",
        "4:9",
        "a type is one of `aws-iam`, `azure-entra`, `azure-storage`, `exec`, `http`, `manual`, `mariadb`, `openbao-approle`, `postgres`, `redis`",
    );
    says("[secret.a.env.prod]\nissuer = \"amce\"\n", "there is no issuer `amce`", "5:10", "did you mean `acme`?");
    says(&prod("vault = \"kv\""), "there is no vault `kv`", "6:9", "add a table [vault.kv], or leave `vault` out");
    says(
        &prod("time_zone = \"Europe/Amstedam\""),
        "there is no time zone `Europe/Amstedam`",
        "6:13",
        "did you mean `Europe/Amsterdam`?",
    );
}

#[test]
fn a_secret_needs_an_environment_an_issuer_and_a_name() {
    let hint = "add a table for each, such as [secret.a.env.prod]";
    says("[secret.a]\nissuer = \"acme\"\n", "the secret `a` has no environment", "4:9", hint);
    says("[secret.a]\nenv = {}\n", "the secret `a` has no environment", "4:9", hint);
    let hint = "add `issuer`: the name of an [issuer.*], or such a table inline";
    says("[secret.a.env.prod]\n", "the secret a/prod has no issuer", "4:15", hint);
    let (message, place, _) = said("[secret.A.env.prod]\nissuer = \"acme\"\n");
    assert!(message.starts_with("\"A\" may have 1 to 64 of a-z"), "{message}");
    assert_eq!(place, "4:9");
    says(&prod("name = \"\""), "`name` is empty", "6:8", "leave it out for NAME-ENV");
}

#[test]
fn two_secrets_with_one_name_in_a_vault_are_both_shown() {
    let text = "version = 1
[secret.a.env.prod]
issuer = { type = \"http\" }
name = \"key\"
[secret.b.env.prod]
issuer = { type = \"http\" }
name = \"key\"
";
    assert_eq!(
        refused(text),
        "error: b/prod and a/prod have the same name `key` in the vault `embedded`
 --> keybaton.toml:7:8
  |
7 | name = \"key\"
  |        ^^^^^
  |
note: a/prod has it here
 --> keybaton.toml:4:8
  |
4 | name = \"key\"
  |        -----
hint: give one of them another `name`"
    );
    let (message, place, _) = said("[secret.a-b.env.c]\nissuer = \"acme\"\n[secret.a.env.b-c]\nissuer = \"acme\"\n");
    assert_eq!(message, "a-b/c and a/b-c have the same name `a-b-c` in the vault `embedded`");
    assert_eq!(place, "4:17");
}

#[test]
fn durations_are_explained() {
    says(
        &prod("ttl = \"5 minutes\""),
        "`ttl`: `5 minutes` is not a duration",
        "6:7",
        "write a whole number and a unit, such as 90s, 30m, 1h, 7d or 2w",
    );
    says(&prod("ttl = \"600\""), "`ttl`: `600` has no unit", "6:7", "write 600s, 600m, 600h, 600d or 600w");
    let expected =
        "`ttl`: expected a duration such as \"90s\", \"30m\", \"1h\", \"7d\" or \"2w\", found a whole number";
    says(&prod("ttl = 600"), expected, "6:7", "");
    says(&prod("ttl = \"0s\""), "`ttl` is longer than zero", "6:7", "");
}

#[test]
fn policies_that_cannot_be_are_refused() {
    says(
        &prod("overlap = { min = \"8d\" }"),
        "`overlap.min` (8d) is longer than `overlap.max` (1w)",
        "6:19",
        "raise `overlap.max`",
    );
    says(
        &prod("overlap = { max = \"1h\" }\nwatch = { for = \"2h\" }"),
        "`watch.for`, below which `overlap.min` cannot be (2h) is longer than `overlap.max` (1h)",
        "6:19",
        "raise `overlap.max`",
    );
    says(&prod("watch = { failures = 0 }"), "`watch.failures` is at least 1", "6:22", "");
    says(&prod("watch = { every = \"0s\" }"), "`watch.every` is longer than zero", "6:19", "");
    let render = "such as \"postgres://{{ id }}:{{ value }}@db/app\"";
    says(&prod("render = \"{{ id }}\""), "`render` does not use {{ value }}", "6:10", render);
}

#[test]
fn consumers_that_cannot_be_are_refused() {
    let one = |consumer: &str| prod(&format!("consumers = [{{ name = \"c\", {consumer} }}]"));
    let (message, place, hint) = said(&one("evidence = \"last-used\""));
    assert_eq!(message, "the evidence `last-used` needs `quiet`: how long the old key must have been unused");
    assert_eq!(place, "6:39");
    assert!(hint.starts_with("add `quiet`"), "{hint}");
    let quiet = "`quiet` belongs to the evidence `session` and `last-used`";
    says(&one("evidence = \"ack\", quiet = \"1h\""), quiet, "6:54", "remove it");
    let instances = "`instances` belongs to the evidence `agent`";
    says(&one("evidence = \"ack\", instances = 2"), instances, "6:58", "remove it");
    says(&one("evidence = \"agent\", instances = 0"), "`instances` is at least 1", "6:60", "");
    let missing = said(&prod("consumers = [{ name = \"c\" }]"));
    assert_eq!(missing.0, "`evidence` is missing");
    let twice = "consumers = [{ name = \"c\", evidence = \"ack\" }, { name = \"c\", evidence = \"manual\" }]";
    assert_eq!(said(&prod(twice)).0, "the consumer `c` is listed twice");
    let (message, _, _) = said(&prod("consumers = [{ name = \"a b\", evidence = \"ack\" }]"));
    assert!(message.starts_with("the name of a consumer"), "{message}");
}

#[test]
fn probes_that_cannot_be_are_refused() {
    let hint = "it has one of the keys `aws-iam`, `azure-entra`, `azure-storage`, `exec`, `http`, `mariadb`, `openbao-approle`, `postgres`, `redis`";
    says(&prod("probe = { ok = [200] }"), "the probe has no kind", "6:9", hint);
    says(&prod("probe = { http = \"a\", postgres = \"b\" }"), "the probe has two kinds", "6:9", hint);
    says(&prod("probe = \"GET x\""), "`probe`: expected a table, found text", "6:9", hint);
}

#[test]
fn a_server_without_tls_listens_on_loopback_only_and_a_state_is_a_file() {
    let hint = "add tls = { certificate = \"server.pem\", key = \"server.key\" }, or listen on 127.0.0.1 or [::1]";
    let public = "`listen` is a public address, and there is no `tls`";
    says("[server]\nlisten = \"0.0.0.0:7730\"\n", public, "5:10", hint);
    let tls = "tls = { certificate = \"a.pem\", key = \"a.key\" }";
    let secure = load(&format!("{ACME}[server]\nlisten = \"0.0.0.0:7730\"\n{tls}\n")).unwrap().server;
    assert!(!secure.listen.ip().is_loopback());
    assert_eq!(secure.tls.unwrap().certificate, std::path::Path::new("a.pem"));
    let shape = "write it as in 127.0.0.1:7730";
    says("[server]\nlisten = \"localhost\"\n", "`listen` is not an address and a port", "5:10", shape);
    let hint = "write `sqlite:` and a path, such as `sqlite:.keybaton/state.db`";
    says("[state]\nurl = \"sqlite:\"\n", "`url` names no file", "5:7", hint);
    says("[state]\nurl = \"mysql:x\"\n", "`url` is not a state database", "5:7", "it is `sqlite:` and a path");
    let (message, _, _) = said("[state]\nmaster_key = { command = [\"pass\"] }\n");
    assert_eq!(message, "the master key comes from a file, a systemd credential or an environment variable");
}

#[test]
fn the_version_comes_first() {
    let missing = "error: `version` is missing\n --> keybaton.toml:1:1\n";
    assert!(refused("").starts_with(missing), "{}", refused(""));
    assert!(refused("foo = 1\n").starts_with(missing));
    let other = "error: this version of keybaton reads `version = 1` only\n --> keybaton.toml:1:11\n";
    assert!(refused("version = 2\nfoo = 1\n").starts_with(other));
    assert!(refused("version = \"1\"\n").starts_with("error: this version of keybaton reads"));
}

#[test]
fn text_that_is_not_toml_is_refused_where_it_ends_to_be() {
    let error = refused("version = 1\n[server\nlisten = \"x\"\n");
    assert!(error.starts_with("error: unclosed table, expected `]`\n --> keybaton.toml:2:8\n"), "{error}");
    assert!(error.contains("2 | [server\n"), "{error}");
    assert!(refused("version = 1\nversion = 1\n").starts_with("error: duplicate key\n --> keybaton.toml:2:1\n"));
    assert!(refused("version = 99999999999999999999\n").contains("too large"));
}

#[test]
fn every_mistake_is_shown_at_once_in_the_order_of_the_file() {
    let text = "version = 1\n[server]\nlisten = \"x\"\n[secret.a]\nttl = \"1\"\n[secret.b.env.prod]\n[defaults]\nttl = \"2\"\n";
    let error = load(text).unwrap_err();
    let lines: Vec<String> = error.to_string().lines().map(str::to_owned).collect();
    assert_eq!(
        lines,
        [
            "keybaton.toml:3:10: `listen` is not an address and a port",
            "keybaton.toml:4:9: the secret `a` has no environment",
            "keybaton.toml:5:7: `ttl`: `1` has no unit",
            "keybaton.toml:6:15: the secret b/prod has no issuer",
            "keybaton.toml:8:7: `ttl`: `2` has no unit",
        ]
    );
    assert_eq!(error.render(Color::Never).matches("error: ").count(), 5);
}

#[test]
fn a_mistake_of_a_secret_is_shown_once_for_all_its_environments() {
    let error = refused("version = 1\n[secret.a]\nissuer = \"x\"\n[secret.a.env.one]\n[secret.a.env.two]\n");
    assert_eq!(error.matches("error: ").count(), 1, "{error}");
}

#[test]
fn columns_count_characters() {
    let error = refused("version = 1\r\n\"ä€\" = 1\r\n");
    assert!(error.contains("--> keybaton.toml:2:1\n") && error.contains("2 | \"ä€\" = …\n"), "{error}");
    let (_, place, _) = said("[defaults]\nwatch = { for = \"ääää\", evry = \"1m\" }\n");
    assert_eq!(place, "5:25");
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let load = |name: &str| Config::load(&at(name)).unwrap_err();
    let missing = load("none.toml");
    assert!(matches!(missing, Error::Missing { .. }));
    assert!(missing.render(Color::Never).ends_with("none.toml does not exist\nhint: `keybaton init` writes one"));
    assert!(matches!(Config::load(folder.path()).unwrap_err(), Error::Read { .. }));
    std::fs::write(at("bytes.toml"), b"version = 1\n# \xff\n").unwrap();
    assert!(load("bytes.toml").to_string().ends_with("bytes.toml:2: the file is not UTF-8"));
    let limit = usize::try_from(LIMIT).unwrap();
    std::fs::write(at("large.toml"), format!("version = 1\n{}", "#".repeat(limit))).unwrap();
    assert!(load("large.toml").to_string().ends_with("large.toml is larger than 1048576 bytes"));
    std::fs::write(at("fits.toml"), format!("version = 1\n{}", "#".repeat(limit - 12))).unwrap();
    Config::load(&at("fits.toml")).unwrap();
}

#[test]
fn of_very_many_mistakes_the_first_are_shown_and_the_others_counted() {
    let secrets: Vec<String> = (0..25).map(|number| format!("[secret.s{number}]\n")).collect();
    let error = load(&format!("version = 1\n{}", secrets.concat())).unwrap_err();
    assert!(error.to_string().ends_with("\nand 5 more"), "{error}");
    assert_eq!(error.render(Color::Never).matches("error: ").count(), 20);
    assert!(error.render(Color::Never).ends_with("\n\nand 5 more"));
}

#[test]
fn colour_is_used_when_asked_for_and_changes_no_word() {
    let error = load("version = 1\nfoo = 1\n").unwrap_err();
    let coloured = error.render(Color::Always);
    assert!(coloured.contains('\u{1b}'), "{coloured}");
    assert!(!error.render(Color::Never).contains('\u{1b}') && !coloured.contains(":::"));
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let error = load("version = 1\n\"a\\u001b[31m\" = 1\n").unwrap_err();
    assert!(!error.to_string().contains('\u{1b}') && !error.render(Color::Never).contains('\u{1b}'));
}
