//! The example of the design, without the tables of later versions.

use std::path::PathBuf;
use std::time::Duration;

use keybaton_config::{Database, IssuerKind, ProbeKind, Secret, VaultKind};
use keybaton_core::policy::{Consumer, Evidence, OnStraggler, Overlap, Rollback, Until, WatchFor};
use keybaton_core::schedule::Rule;
use keybaton_types::Reference;

use crate::text::load;

const FULL: &str = include_str!("full.toml");
const HOUR: Duration = Duration::from_hours(1);

fn secret(name: &str) -> Secret {
    load(FULL).unwrap().secrets.remove(&name.parse().unwrap()).unwrap()
}

#[test]
fn the_example_is_read_without_a_warning() {
    let config = load(FULL).unwrap();
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
    assert_eq!(config.version, 1);
    assert_eq!(config.state.url, Database::Sqlite(PathBuf::from("/srv/app/.keybaton/state.db")));
    assert_eq!(config.state.url.to_string(), "sqlite:/srv/app/.keybaton/state.db");
    assert_eq!(config.state.master_key, Reference::File("/srv/app/.keybaton/master.key".into()));
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:7730");
    assert_eq!(config.issuers.keys().collect::<Vec<_>>(), ["acme", "acme-live"]);
    let names: Vec<String> = config.secrets.keys().map(ToString::to_string).collect();
    assert_eq!(names, ["payments/prod", "payments/staging"]);
}

#[test]
fn an_environment_inherits_what_it_does_not_say() {
    let staging = secret("payments/staging");
    assert_eq!(staging.owner.as_deref(), Some("team-payments"));
    assert_eq!((staging.issuer.name.as_deref(), staging.issuer.kind), (Some("acme"), IssuerKind::Http));
    assert_eq!((staging.vault.name.as_str(), staging.vault.kind), ("embedded", VaultKind::Embedded));
    assert_eq!(staging.vault_name, "payments-staging");
    assert_eq!(staging.probe.unwrap().kind, ProbeKind::Http);
    assert_eq!(staging.policy.max_age, Some(90 * 24 * HOUR));
    assert_eq!(staging.schedule.unwrap().rule, Rule::every(7 * 24 * HOUR).unwrap());
}

#[test]
fn an_environment_replaces_what_it_says() {
    let prod = secret("payments/prod");
    assert_eq!((prod.issuer.name.as_deref(), prod.issuer.kind), (Some("acme-live"), IssuerKind::Postgres));
    assert_eq!(prod.vault_name, "external-api-key");
    let schedule = prod.schedule.unwrap();
    assert_eq!(schedule.rule, Rule::cron("0 0 2 */30 * *").unwrap());
    assert_eq!(schedule.min_interval, Some(20 * 24 * HOUR));
    assert_eq!(schedule.time_zone.iana_name(), Some("Europe/Amsterdam"));
    assert_eq!(schedule.jitter, Duration::from_mins(20));
    assert_eq!(schedule.window.unwrap().days().iter().count(), 3);
    let consumers = [
        Consumer { name: "billing".to_owned(), evidence: Evidence::Agent { instances: 2 } },
        Consumer { name: "report".to_owned(), evidence: Evidence::LastUsed { quiet: 26 * HOUR } },
    ];
    assert_eq!(prod.policy.consumers, consumers);
}

#[test]
fn a_file_that_says_nothing_has_the_same_policy_as_one_that_repeats_the_defaults() {
    let bare = "version = 1\n[secret.a]\nissuer = { type = \"http\" }\n[secret.a.env.prod]\n";
    let config = load(bare).unwrap();
    let bare = config.secrets.values().next().unwrap();
    let policy = &bare.policy;
    let overlap = Overlap { min: HOUR, max: 168 * HOUR, until: Until::AllConsumers, on_straggler: OnStraggler::Hold };
    assert_eq!(policy.overlap, overlap);
    let watch = WatchFor { span: Duration::from_mins(30), every: Duration::from_mins(1), failures: 2 };
    assert_eq!(policy.watch, watch);
    assert_eq!((policy.rollback, policy.force_after), (Rollback::Auto, Duration::from_mins(1)));
    assert_eq!((policy.ttl, policy.max_stale), (Duration::from_mins(10), HOUR));
    assert_eq!((policy.max_request, policy.max_age), (Duration::from_secs(10), None));
    let repeated = secret("payments/staging").policy;
    assert_eq!(keybaton_core::policy::Policy { max_age: None, ..repeated }, *policy);
    assert_eq!(config.state.url.to_string(), "sqlite:/srv/app/.keybaton/state.db");
    assert_eq!(config.state.master_key, Reference::File("/srv/app/.keybaton/master.key".into()));
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:7730");
    assert!(bare.schedule.is_none() && bare.issuer.name.is_none());
}
