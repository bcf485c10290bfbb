//! The document of `keybaton config show`: what holds for each secret after defaults and inheritance.

use std::time::Duration;

use keybaton_core::policy::{Consumer, Evidence, OnStraggler, Policy, Rollback, Until};
use serde::Serialize;

use super::Seconds;
use super::check::rule;
use crate::{Config, Secret};

/// The document of `keybaton config show`. It has no value and no reference to one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Show {
    /// `keybaton/config-show/v1`.
    pub schema: &'static str,
    /// The file.
    pub path: String,
    /// The database of the ledger.
    pub state: String,
    /// Where `serve` listens.
    pub listen: String,
    /// Every secret.
    pub secrets: Vec<SecretShow>,
}

/// What holds for one secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SecretShow {
    /// The secret's name.
    pub secret: String,
    /// Its environment.
    pub env: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The name of its issuer; none when the issuer stands inline.
    pub issuer: Option<String>,
    /// The type of its issuer.
    pub issuer_type: String,
    /// The preset of its issuer.
    pub preset: Option<String>,
    /// What the preset and the user's keys make together, without the references to secrets; none without a preset.
    pub issuer_settings: Option<serde_json::Value>,
    /// The name of its vault.
    pub vault: String,
    /// Its name in that vault.
    pub name: String,
    /// The channels on which people are told of its alerts.
    pub alerts: Vec<String>,
    /// The kind of its probe.
    pub probe: Option<String>,
    /// The rule of its schedule.
    pub schedule: Option<String>,
    /// What its owner wants.
    pub policy: PolicyShow,
}

/// What the owner of a secret wants; durations in seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "each field is the key of the same name")]
pub struct PolicyShow {
    pub overlap_min_seconds: Seconds,
    pub overlap_max_seconds: Seconds,
    pub until: Until,
    pub on_straggler: OnStraggler,
    pub watch_for_seconds: Seconds,
    pub watch_every_seconds: Seconds,
    pub watch_failures: u8,
    pub rollback: Rollback,
    pub force_after_seconds: Seconds,
    pub ttl_seconds: Seconds,
    pub max_stale_seconds: Seconds,
    pub max_request_seconds: Seconds,
    pub max_age_seconds: Option<Seconds>,
    pub consumers: Vec<ConsumerShow>,
}

/// A workload that uses the secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "each field is the key of the same name")]
pub struct ConsumerShow {
    pub name: String,
    pub evidence: &'static str,
    pub instances: Option<u32>,
    pub quiet_seconds: Option<Seconds>,
}

/// Shows what holds for each secret.
pub fn show(config: &Config) -> Show {
    Show {
        schema: "keybaton/config-show/v1",
        path: config.path().display().to_string(),
        state: config.state.url.to_string(),
        listen: config.server.listen.to_string(),
        secrets: config.secrets.values().map(secret).collect(),
    }
}

fn secret(secret: &Secret) -> SecretShow {
    SecretShow {
        secret: secret.id.name().to_owned(),
        env: secret.id.env().to_owned(),
        owner: secret.owner.clone(),
        issuer: secret.issuer.name.clone(),
        issuer_type: secret.issuer.kind.to_string(),
        preset: secret.issuer.preset.clone(),
        issuer_settings: None,
        vault: secret.vault.name.clone(),
        name: secret.vault_name.clone(),
        alerts: secret.alerts.clone(),
        probe: secret.probe.as_ref().map(|probe| probe.kind.to_string()),
        schedule: secret.schedule.as_ref().map(rule),
        policy: policy(&secret.policy),
    }
}

fn policy(policy: &Policy) -> PolicyShow {
    PolicyShow {
        overlap_min_seconds: Seconds(policy.overlap.min),
        overlap_max_seconds: Seconds(policy.overlap.max),
        until: policy.overlap.until,
        on_straggler: policy.overlap.on_straggler,
        watch_for_seconds: Seconds(policy.watch.span),
        watch_every_seconds: Seconds(policy.watch.every),
        watch_failures: policy.watch.failures,
        rollback: policy.rollback,
        force_after_seconds: Seconds(policy.force_after),
        ttl_seconds: Seconds(policy.ttl),
        max_stale_seconds: Seconds(policy.max_stale),
        max_request_seconds: Seconds(policy.max_request),
        max_age_seconds: policy.max_age.map(Seconds),
        consumers: policy.consumers.iter().map(consumer).collect(),
    }
}

fn consumer(consumer: &Consumer) -> ConsumerShow {
    let seconds = |span: Duration| Some(Seconds(span));
    let (evidence, instances, quiet_seconds) = match consumer.evidence {
        Evidence::Agent { instances } => ("agent", Some(instances), None),
        Evidence::Ack => ("ack", None, None),
        Evidence::Session { quiet } => ("session", None, seconds(quiet)),
        Evidence::LastUsed { quiet } => ("last-used", None, seconds(quiet)),
        Evidence::Manual => ("manual", None, None),
    };
    ConsumerShow { name: consumer.name.clone(), evidence, instances, quiet_seconds }
}
