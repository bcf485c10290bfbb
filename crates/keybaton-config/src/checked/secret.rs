//! A secret in one environment.

use std::collections::BTreeMap;
use std::time::Duration;

use keybaton_core::policy::Policy;
use keybaton_core::schedule::Schedule;
use keybaton_types::{NameError, SecretId, parse_duration, show_duration};

use super::check::Check;
use super::{IssuerTable, ProbeTable, VaultKind, VaultTable, alert, issuer, policy, schedule, vault};
use crate::later::Trust;
use crate::node::{Located, Node, Span, Value};
use crate::problem::Problem;
use crate::{raw, suggest};

/// A secret in one environment, with everything that it inherits filled in.
#[derive(Clone, Debug)]
pub struct Secret {
    /// Its name.
    pub id: SecretId,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Where its credentials are made.
    pub issuer: IssuerTable,
    /// Where consumers read it.
    pub vault: VaultTable,
    /// Its name in that vault.
    pub vault_name: String,
    /// How a credential is tried.
    pub probe: Option<ProbeTable>,
    /// What consumers read, if it is not the value alone.
    pub render: Option<String>,
    /// What its owner wants.
    pub policy: Policy,
    /// The channels on which people are told of its alerts.
    pub alerts: Vec<String>,
    /// When it is rotated by itself.
    pub schedule: Option<Schedule>,
    /// Where its environment stands in the file, for [`crate::Document::error_at`].
    pub span: Span,
}

/// What secrets refer to.
pub(super) struct Known<'a> {
    pub(super) issuers: &'a issuer::Issuers,
    pub(super) vaults: &'a vault::Vaults,
    pub(super) alerts: &'a alert::Channels,
    pub(super) defaults: &'a raw::Terms,
}

/// Checks every `[secret.*]`.
pub(super) fn all(
    check: &mut Check,
    known: &Known<'_>,
    nodes: &BTreeMap<Located<String>, Node>,
) -> BTreeMap<SecretId, Secret> {
    let mut secrets = BTreeMap::new();
    let mut taken = BTreeMap::new();
    for (name, node) in nodes {
        let Some(raw) = read(check, name, node) else { continue };
        let inherited = raw.terms.over(known.defaults.clone());
        for (env, node) in &raw.env {
            let Some(own) = check.read::<raw::Terms>(node, Trust::Own) else { continue };
            let Some(id) = id(check, name, env) else { continue };
            let terms = own.over(inherited.clone());
            if let Some(secret) = build(check, known, &id, &terms, env) {
                claim(check, &mut taken, &secret, terms.name.as_ref().map_or(&env.span, |name| &name.span));
                secrets.insert(id, secret);
            }
        }
    }
    secrets
}

fn read(check: &mut Check, name: &Located<String>, node: &Node) -> Option<raw::Secret> {
    let (terms, env) = node.without("env");
    if let (None, Some(key)) = (&env, misspelt_env(node)) {
        let problem = Problem::new(key.span.clone(), format!("unknown key `{}`", key.value.escape_debug()));
        return check.refuse(problem.hinted("did you mean `env`?"));
    }
    let terms: Option<raw::Terms> = check.read(&terms, Trust::Own);
    let no_env = || {
        let text = name.value.escape_debug();
        Problem::new(name.span.clone(), format!("the secret `{text}` has no environment"))
            .hinted(format!("add a table for each, such as [secret.{text}.env.prod]"))
    };
    let Some((_, env)) = env else { return check.refuse(no_env()) };
    match &env.value {
        Value::Table(entries) if entries.is_empty() => check.refuse(no_env()),
        Value::Table(entries) => Some(raw::Secret { terms: terms?, env: entries.iter().cloned().collect() }),
        other => {
            let message = format!("`env`: expected tables, found {}", other.kind());
            check.refuse(Problem::new(env.span.clone(), message).hinted("write [secret.NAME.env.ENV]"))
        }
    }
}

/// The environments stand beside the terms in the file, and not among the keys that terms suggest.
fn misspelt_env(node: &Node) -> Option<&Located<String>> {
    let is_table = |(_, value): &&(Located<String>, Node)| matches!(value.value, Value::Table(_));
    let mut tables = node.entries().iter().filter(is_table).map(|(key, _)| key);
    tables.find(|key| suggest::closest(&key.value, ["env"]).is_some())
}

fn id(check: &mut Check, name: &Located<String>, env: &Located<String>) -> Option<SecretId> {
    match SecretId::new(&name.value, &env.value) {
        Ok(id) => Some(id),
        Err(error) => {
            let culprit = match &error {
                NameError::Part(part) if *part == name.value => name,
                _ => env,
            };
            check.refuse(Problem::new(culprit.span.clone(), error.to_string()))
        }
    }
}

fn build(
    check: &mut Check,
    known: &Known<'_>,
    id: &SecretId,
    terms: &raw::Terms,
    env: &Located<String>,
) -> Option<Secret> {
    let issuer = match &terms.issuer {
        Some(node) => issuer::chosen(check, known.issuers, node),
        None => check.refuse(
            Problem::new(env.span.clone(), format!("the secret {id} has no issuer"))
                .hinted("add `issuer`: the name of an [issuer.*], or such a table inline"),
        ),
    };
    let vault = vault::chosen(check, known.vaults, terms.vault.as_ref());
    let probe = terms.probe.as_ref().map(|node| ProbeTable::build(check, node));
    let policy = policy::build(check, terms, &env.span);
    let schedule = schedule::build(check, terms);
    let alerts = alert::chosen(check, known.alerts, terms.alerts.as_deref().unwrap_or_default());
    if let (Some(issuer), Some(policy)) = (&issuer, &policy) {
        haste(check, issuer, policy, terms, env);
    }
    let (vault_name, render) = (vault_name(check, id, terms), render(check, terms));
    Some(Secret {
        id: id.clone(),
        owner: terms.owner.as_ref().map(|owner| owner.value.clone()),
        issuer: issuer?,
        vault: vault?,
        vault_name,
        probe: probe.flatten(),
        render,
        policy: policy?,
        alerts,
        schedule,
        span: env.span.clone(),
    })
}

/// The longest that one call of an issuer may take, unless its table says otherwise (DESIGN section 6).
const TIMEOUT: Duration = Duration::from_secs(10);

/// A look asks the issuer and probes, one after the other, and a gap of more than three intervals is not watched time: if
/// looks take that long, a watch never ends.
fn haste(check: &mut Check, issuer: &IssuerTable, policy: &Policy, terms: &raw::Terms, env: &Located<String>) {
    let timeout = issuer.table.text("timeout").and_then(|text| parse_duration(text).ok()).unwrap_or(TIMEOUT);
    let (look, every) = (2 * timeout, policy.watch.every);
    if look <= 3 * every {
        return;
    }
    let place = terms.watch.as_ref().and_then(|watch| watch.every.as_ref()).map_or(&env.span, |every| &every.span);
    let (short, long) = (show_duration(every), show_duration(look));
    let message =
        format!("`watch.every` ({short}) is so short that one look may take longer than three of them ({long})");
    let hint = "raise `watch.every`, or lower the issuer's `timeout`: such gaps do not count as watched";
    check.warn(Problem::new(place.clone(), message).showing().hinted(hint));
}

fn vault_name(check: &mut Check, id: &SecretId, terms: &raw::Terms) -> String {
    let Some(name) = &terms.name else { return format!("{}-{}", id.name(), id.env()) };
    if name.value.is_empty() {
        check.refuse::<()>(Problem::new(name.span.clone(), "`name` is empty").hinted("leave it out for NAME-ENV"));
    }
    name.value.clone()
}

/// A rendering that does not use the value never changes.
fn render(check: &mut Check, terms: &raw::Terms) -> Option<String> {
    let render = terms.render.as_ref()?;
    if !(render.value.contains("{{") && render.value.contains("value")) {
        let problem = Problem::new(render.span.clone(), "`render` does not use {{ value }}");
        return check.refuse(problem.hinted("such as \"postgres://{{ id }}:{{ value }}@db/app\""));
    }
    Some(render.value.clone())
}

/// Two secrets with one place in a vault would overwrite each other.
fn claim(check: &mut Check, taken: &mut BTreeMap<(String, String), (SecretId, Span)>, secret: &Secret, at: &Span) {
    // Every vault of the type `embedded` is the same one.
    let vault = match secret.vault.kind {
        VaultKind::Embedded => vault::EMBEDDED.to_owned(),
        VaultKind::AwsSecretsManager
        | VaultKind::AzureKeyVault
        | VaultKind::File
        | VaultKind::HashicorpVault
        | VaultKind::Kubernetes => secret.vault.name.clone(),
    };
    let place = (vault, secret.vault_name.clone());
    if let Some((first, span)) = taken.get(&place) {
        let message = format!(
            "{} and {first} have the same name `{}` in the vault `{}`",
            secret.id,
            secret.vault_name.escape_debug(),
            secret.vault.name
        );
        let problem = Problem::new(at.clone(), message).showing().beside(span.clone(), format!("{first} has it here"));
        check.refuse::<()>(problem.hinted("give one of them another `name`"));
        return;
    }
    taken.insert(place, (secret.id.clone(), at.clone()));
}
