//! `[signal.*]`.

use std::time::Duration;

use crate::text::{accepted, refused};

const SECRET: &str =
    "[issuer.a]\ntype = \"http\"\n[secret.pay.env.prod]\nissuer = \"a\"\n[secret.pay.env.test]\nissuer = \"a\"\n";

fn signal(rest: &str) -> String {
    format!("version = 1\n{SECRET}[signal.api]\ntype = \"prometheus\"\nurl = \"http://127.0.0.1:9090\"\n{rest}")
}

#[test]
fn a_signal_speaks_of_every_secret_unless_it_names_some() {
    let query = "refused = 'sum(x{s=\"{{ secret }}\"})'\ncalls = 'sum(y{s=\"{{ secret }}\"})'\n";
    let config = accepted(&signal(query));
    let api = &config.signals["api"];
    assert_eq!((api.every, api.timeout, api.secrets.len()), (Duration::from_secs(15), Duration::from_secs(5), 2));
    let config = accepted(&signal(&format!("{query}secrets = [\"pay/test\"]\nevery = \"30s\"\n")));
    let api = &config.signals["api"];
    assert_eq!((api.every, api.secrets.len()), (Duration::from_secs(30), 1));
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let query = "refused = \"x\"\ncalls = \"y\"\n";
    for (text, words) in [
        (signal(""), "refused"),
        (signal("refused = \"x\"\n"), "calls"),
        (signal(&format!("{query}evry = \"1s\"\n")), "did you mean `every`"),
        (signal(&format!("{query}every = \"10ms\"\n")), "at least one second"),
        (signal(&format!("{query}secrets = [\"pay/none\"]\n")), "there is no such secret"),
        (signal(&format!("{query}bearer = \"a-token-in-the-file\"\n")), "bearer"),
        (signal(query).replace("\"prometheus\"", "\"graphite\""), "graphite"),
    ] {
        let error = refused(&text);
        assert!(error.contains(words) && !error.contains("a-token-in-the-file"), "{error}");
    }
}

#[test]
fn a_query_that_is_the_same_for_every_secret_is_doubted() {
    let query = "refused = \"sum(x)\"\ncalls = 'sum(y{s=\"{{ secret }}\"})'\n";
    let config = accepted(&signal(query));
    assert_eq!(config.warnings.len(), 1, "{:?}", config.warnings);
    assert_eq!(accepted(&signal(&format!("{query}secrets = [\"pay/prod\"]\n"))).warnings.len(), 0);
}
