//! How defaults, secrets and environments merge.

use std::time::Duration;

use keybaton_config::Config;
use keybaton_core::policy::{OnStraggler, Policy, Rollback, Until};
use keybaton_core::schedule::Rule;

use crate::text::load;

const MERGED: &str = r#"
version = 1
[defaults]
overlap = { min = "2h", until = "time" }
watch = { failures = 3 }
ttl = "5m"
rollback = "ask"
[secret.a]
issuer = { type = "http" }
overlap = { max = "3d" }
watch = { for = "10m" }
every = "30d"
[secret.a.env.prod]
overlap = { min = "4h", on_straggler = "revoke" }
emergency = { force_after = "5s" }
cron = "0 2 * * 1"
[secret.a.env.test]
rollback = "off"
[secret.b]
issuer = { type = "http" }
[secret.b.env.prod]
"#;

fn policy(config: &Config, name: &str) -> Policy {
    config.secrets[&name.parse().unwrap()].policy.clone()
}

#[test]
fn inline_policies_merge_key_by_key_from_defaults_over_the_secret_to_the_environment() {
    let config = load(MERGED).unwrap();
    let (prod, test, other) = (policy(&config, "a/prod"), policy(&config, "a/test"), policy(&config, "b/prod"));
    let hours = Duration::from_hours;
    assert_eq!((prod.overlap.min, prod.overlap.max), (hours(4), hours(72)));
    assert_eq!((prod.overlap.until, prod.overlap.on_straggler), (Until::Time, OnStraggler::Revoke));
    assert_eq!((test.overlap.min, test.overlap.max), (hours(2), hours(72)));
    assert_eq!(test.overlap.on_straggler, OnStraggler::Hold);
    assert_eq!((other.overlap.min, other.overlap.max), (hours(2), hours(168)));
    assert_eq!((prod.watch.span, prod.watch.failures), (Duration::from_mins(10), 3));
    assert_eq!((other.watch.span, other.watch.failures), (Duration::from_mins(30), 3));
    assert_eq!((prod.rollback, test.rollback), (Rollback::Ask, Rollback::Off));
    assert_eq!((prod.force_after, test.force_after), (Duration::from_secs(5), Duration::from_mins(1)));
    assert_eq!(prod.ttl, Duration::from_mins(5));
}

#[test]
fn a_schedule_of_the_environment_replaces_the_other_kind_of_the_secret() {
    let config = load(MERGED).unwrap();
    let rule = |name: &str| config.secrets[&name.parse().unwrap()].schedule.as_ref().map(|found| found.rule.clone());
    assert_eq!(rule("a/prod"), Rule::cron("0 2 * * 1").ok());
    assert_eq!(rule("a/test"), Rule::every(Duration::from_hours(720)).ok());
    assert_eq!(rule("b/prod"), None);
}

#[test]
fn evidence_has_its_words_and_one_instance_is_the_default() {
    use keybaton_core::policy::Evidence;
    let text = r#"
version = 1
[secret.a.env.prod]
issuer = { type = "http" }
consumers = [
  { name = "one", evidence = "agent" },
  { name = "two", evidence = "ack" },
  { name = "three", evidence = "session", quiet = "5m" },
  { name = "four", evidence = "last-used", quiet = "1h" },
  { name = "five", evidence = "manual" },
]
"#;
    let consumers = policy(&load(text).unwrap(), "a/prod").consumers;
    let found: Vec<Evidence> = consumers.into_iter().map(|consumer| consumer.evidence).collect();
    let expected = [
        Evidence::Agent { instances: 1 },
        Evidence::Ack,
        Evidence::Session { quiet: Duration::from_mins(5) },
        Evidence::LastUsed { quiet: Duration::from_hours(1) },
        Evidence::Manual,
    ];
    assert_eq!(found, expected);
}
