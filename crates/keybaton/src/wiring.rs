//! Wiring: from the configuration to the charges of the engine, and to the operations that commands use.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use keybaton_config::{AlertTable, Color, Config, Error, IssuerTable, Secret, Table, VaultKind, discover};
use keybaton_connectors::{
    Rendering,
    build::{BuildChannel, BuildError, BuildIssuer, BuildProbe, BuildVault, PresetSource, SettingsSource},
    registry,
};
use keybaton_core::policy::Evidence;
use keybaton_engine::{Charge, Charges, Lanes, Local, RealTime, Time};
use keybaton_ports::{Channel, Failure, FailureKind, Issuer, Outbox, Probe, Render, Store, Vault};
use keybaton_seal::SecretValue;
use keybaton_types::{Reference, SecretId, show_duration};
use serde::de::DeserializeOwned;

use crate::{
    cli::Global,
    reference::Resolver,
    report::Report,
    state::{Missing, State},
};

/// Whether the secrets that connectors need are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The ledger is read only: no reference is resolved, and no far service could be called.
    Ledger,
    /// Far services are called.
    World,
}

/// What a command works with.
pub(crate) struct Wired {
    pub(crate) config: Config,
    pub(crate) state: State,
    pub(crate) charges: Charges,
    pub(crate) time: Arc<dyn Time>,
    pub(crate) holder: String,
}

impl Wired {
    /// Reads the configuration, opens the state, and builds what they name.
    pub(crate) async fn new(global: &Global, report: &Report, reach: Reach) -> Result<Self, Failure> {
        let config = load(global, report)?;
        let state = State::open(&config, Missing::Refuse, report).await?;
        let charges = Charges::new(charges(&config, &state, report, reach).await?);
        Ok(Self { config, state, charges, time: Arc::new(RealTime::new()), holder: holder() })
    }

    /// The operations of this process.
    pub(crate) fn local(&self) -> Local {
        self.acting(self.holder.clone())
    }

    /// The operations of the API beside the engine of this process: one more replica, which takes no lease from it.
    pub(crate) fn beside(&self) -> Local {
        self.acting(format!("{}:api", self.holder))
    }

    fn acting(&self, holder: String) -> Local {
        let store: Arc<dyn Store> = Arc::clone(&self.state.store) as _;
        let (keyring, time) = (Arc::clone(&self.state.keyring), Arc::clone(&self.time));
        let outbox: Arc<dyn Outbox> = Arc::clone(&self.state.store) as _;
        Local::new(store, keyring, time, self.charges.clone(), holder).with_outbox(outbox)
    }
}

/// Finds and reads the configuration.
pub(crate) fn load(global: &Global, report: &Report) -> Result<Config, Failure> {
    let path = discover(global.config.as_deref(), |name| std::env::var_os(name), std::path::Path::exists);
    let config = path.and_then(|path| Config::load(&path)).map_err(|error| misconfigured(&error, report))?;
    idle_tables(&config).map_err(|error| misconfigured(&error, report))?;
    Ok(config)
}

/// Reads the issuers and vaults that no secret uses yet: a literal in one of them is as much of a leak as in any other.
pub(crate) fn idle_tables(config: &Config) -> Result<(), Error> {
    let issues = |name: &String| config.secrets.values().any(|secret| secret.issuer.name.as_ref() == Some(name));
    for (_, issuer) in config.issuers.iter().filter(|(name, _)| !issues(name)) {
        let table = Source { table: issuer.table.clone(), folder: &config.folder };
        settings(issuer, &table)?;
    }
    let serves = |name: &String| config.secrets.values().any(|secret| secret.vault.name == *name);
    for (_, vault) in config.vaults.iter().filter(|(name, _)| !serves(name)) {
        let Some(table) = &vault.table else { continue };
        let table = Source { table: table.clone(), folder: &config.folder };
        known(registry::vault(&vault.kind.to_string(), &table), &table)?;
    }
    for alert in config.alerts.values() {
        let table = Source { table: alert.table.clone(), folder: &config.folder };
        known(registry::channel(&alert.kind.to_string(), &table), &table)?;
    }
    Ok(())
}

/// Builds one channel for alerts with the secrets that its references give.
pub(crate) async fn channel(
    config: &Config,
    state: &State,
    report: &Report,
    alert: &AlertTable,
) -> Result<Arc<dyn Channel>, Failure> {
    let builder = Builder::over(config, state, report, Reach::World);
    let table = builder.source(&alert.table);
    let settings: Box<dyn BuildChannel> = known(registry::channel(&alert.kind.to_string(), &table), &table)
        .map_err(|error| misconfigured(&error, report))?;
    let values = builder.values(settings.references()).await?;
    settings.build(values).map_err(|error| misconfigured(&table.refuse(error), report))
}

/// Builds every charge of a configuration.
pub(crate) async fn charges(
    config: &Config,
    state: &State,
    report: &Report,
    reach: Reach,
) -> Result<Vec<Charge>, Failure> {
    let builder = Builder::over(config, state, report, reach);
    let lanes = Lanes::default();
    let (mut built, mut places) = (Vec::new(), Places::default());
    for secret in config.secrets.values() {
        built.push(builder.charge(secret, state, &lanes, &mut places).await?);
    }
    Ok(built)
}

/// Builds a named issuer for a secret of its own name: for trying it, where no secret uses it yet.
pub(crate) async fn lone_issuer(
    config: &Config,
    state: &State,
    report: &Report,
    name: &str,
) -> Result<Option<Arc<dyn Issuer>>, Failure> {
    let Some(issuer) = config.issuers.get(name) else { return Ok(None) };
    let store: Arc<dyn Store> = Arc::clone(&state.store) as _;
    let resolver = Resolver::new(&config.folder).with(store, Arc::clone(&state.keyring));
    let builder = Builder { config, resolver, report, reach: Reach::World };
    let table = builder.source(&issuer.table);
    let settings = settings(issuer, &table).map_err(|error| misconfigured(&error, report))?;
    let values = builder.values(settings.references()).await?;
    let secret = SecretId::new("connector", "test")
        .map_err(|error| Failure::new(FailureKind::Unknown, "a connector cannot be tried").because(&error))?;
    let built = settings.build(&secret, values);
    built.map(Some).map_err(|error| misconfigured(&table.refuse(error), report))
}

/// Builds one charge with the secrets that its references give.
pub(crate) async fn charge(
    config: &Config,
    state: &State,
    report: &Report,
    secret: &SecretId,
) -> Result<Charge, Failure> {
    let known = config.secrets.get(secret).ok_or_else(|| {
        Failure::new(FailureKind::Usage, format!("{secret} is not in the configuration")).safe("nothing was changed")
    })?;
    let builder = Builder::over(config, state, report, Reach::World);
    builder.charge(known, state, &Lanes::default(), &mut Places::default()).await
}

/// Every reference that a connector of a secret has.
pub(crate) fn references(config: &Config) -> Vec<Reference> {
    let source = |table: &Table| Source { table: table.clone(), folder: &config.folder };
    let mut all = Vec::new();
    let mut add = |found: Vec<&Reference>| all.extend(found.into_iter().cloned());
    for secret in config.secrets.values() {
        if let Ok(issuer) = settings(&secret.issuer, &source(&secret.issuer.table)) {
            add(issuer.references());
        }
        if let Some(probe) = &secret.probe
            && let Some(Ok(settings)) = registry::probe(&probe.kind.to_string(), &source(&probe.table))
        {
            add(settings.references());
        }
        if let Some(table) = &secret.vault.table
            && let Some(Ok(vault)) = registry::vault(&secret.vault.kind.to_string(), &source(table))
        {
            add(vault.references());
        }
    }
    for alert in config.alerts.values() {
        if let Some(Ok(channel)) = registry::channel(&alert.kind.to_string(), &source(&alert.table)) {
            add(channel.references());
        }
    }
    all
}

/// Operations that only look on.
pub(crate) fn observer(state: &State, charges: Charges) -> Local {
    let store: Arc<dyn Store> = Arc::clone(&state.store) as _;
    let outbox: Arc<dyn Outbox> = Arc::clone(&state.store) as _;
    Local::new(store, Arc::clone(&state.keyring), Arc::new(RealTime::new()), charges, holder()).with_outbox(outbox)
}

/// Builds every connector with nothing in it: what is wrong with a table is found without any state or secret.
pub(crate) async fn check(config: &Config, report: &Report) -> Result<(), Failure> {
    let resolver = Resolver::new(&config.folder);
    let builder = Builder { config, resolver, report, reach: Reach::Ledger };
    let mut places = Places::default();
    for secret in config.secrets.values() {
        builder.ends(secret, &mut places).await?;
    }
    crate::signal::check(config, report)
}

/// What a secret needs of far services, and what its consumers read.
struct Ends {
    issuer: Arc<dyn Issuer>,
    probe: Arc<dyn Probe>,
    /// None where consumers read the ledger itself.
    vault: Option<Arc<dyn Vault>>,
    render: Option<Arc<dyn Render>>,
}

/// What is taken, each with the secret that has it.
#[derive(Default)]
struct Places {
    /// Places in vaults.
    vaults: BTreeMap<(VaultKind, String), SecretId>,
    /// What one secret alone has its keys from.
    issuers: BTreeMap<String, SecretId>,
}

/// Builds what the tables of a secret name.
struct Builder<'a> {
    config: &'a Config,
    resolver: Resolver,
    report: &'a Report,
    reach: Reach,
}

impl<'a> Builder<'a> {
    fn over(config: &'a Config, state: &State, report: &'a Report, reach: Reach) -> Self {
        let store: Arc<dyn Store> = Arc::clone(&state.store) as _;
        let resolver = Resolver::new(&config.folder).with(store, Arc::clone(&state.keyring));
        Self { config, resolver, report, reach }
    }

    async fn charge(
        &self,
        secret: &Secret,
        state: &State,
        lanes: &Lanes,
        places: &mut Places,
    ) -> Result<Charge, Failure> {
        let ends = self.ends(secret, places).await?;
        let name = secret.issuer.name.clone().unwrap_or_else(|| format!("{} (inline)", secret.id));
        Ok(Charge {
            secret: secret.id.clone(),
            owner: secret.owner.clone(),
            lane: lanes.of(&name),
            issuer_name: name,
            vault_name: secret.vault.name.clone(),
            issuer: ends.issuer,
            probe: ends.probe,
            vault: ends.vault.unwrap_or_else(|| Arc::new(state.store.vault())),
            render: ends.render,
            policy: secret.policy.clone(),
            schedule: secret.schedule.clone(),
        })
    }

    async fn ends(&self, secret: &Secret, places: &mut Places) -> Result<Ends, Failure> {
        let table = self.source(&secret.issuer.table);
        let issuer = settings(&secret.issuer, &table).map_err(|error| misconfigured(&error, self.report))?;
        self.alone(secret, issuer.as_ref(), places)?;
        let values = self.values(issuer.references()).await?;
        let built = issuer.build(&secret.id, values);
        let built = built.map_err(|error| misconfigured(&table.refuse(error), self.report))?;
        self.believable(secret, built.as_ref())?;
        let probe = self.probe(secret, issuer.as_ref()).await?;
        let vault = self.vault(secret, places).await?;
        Ok(Ends { issuer: built, probe, vault, render: render(secret)? })
    }

    /// Two secrets must not replace each other's keys.
    fn alone(&self, secret: &Secret, issuer: &dyn BuildIssuer, places: &mut Places) -> Result<(), Failure> {
        let Some(sole) = issuer.sole() else { return Ok(()) };
        let Some(first) = places.issuers.insert(sole.clone(), secret.id.clone()) else { return Ok(()) };
        let message =
            format!("{} and {first} both have their keys from {sole}, and would replace each other's", secret.id);
        let hint = "let one secret have it, for all who use its keys";
        let error = self.config.document.error_at(secret.span.clone(), message, Some(hint));
        Err(misconfigured(&error, self.report))
    }

    async fn vault(&self, secret: &Secret, places: &mut Places) -> Result<Option<Arc<dyn Vault>>, Failure> {
        let (kind, name) = (secret.vault.kind, &secret.vault_name);
        let Some(table) = &secret.vault.table else { return Ok(None) };
        let table = self.source(table);
        let wrong = |error: BuildError| misconfigured(&table.refuse(error), self.report);
        let settings = known(registry::vault(&kind.to_string(), &table), &table);
        let settings: Box<dyn BuildVault> = settings.map_err(|error| misconfigured(&error, self.report))?;
        let place = settings.place(name).map_err(wrong)?;
        if let Some(first) = places.vaults.insert((kind, place.clone()), secret.id.clone()) {
            let message = format!("{} and {first} are both published to {place}", secret.id);
            let error =
                self.config.document.error_at(secret.span.clone(), message, Some("give one of them another `name`"));
            return Err(misconfigured(&error, self.report));
        }
        let values = self.values(settings.references()).await?;
        settings.build(&secret.id, name, values).map(Some).map_err(wrong)
    }

    /// Silence says something only when the issuer had time to tell of a use.
    fn believable(&self, secret: &Secret, issuer: &dyn Issuer) -> Result<(), Failure> {
        let Some(lag) = issuer.traits().last_used_lag else { return Ok(()) };
        let hasty = secret.policy.consumers.iter().find_map(|consumer| match consumer.evidence {
            Evidence::LastUsed { quiet } if quiet < lag => Some((&consumer.name, quiet)),
            Evidence::LastUsed { .. }
            | Evidence::Agent { .. }
            | Evidence::Ack
            | Evidence::Manual
            | Evidence::Session { .. } => None,
        });
        let Some((name, quiet)) = hasty else { return Ok(()) };
        let (quiet, lag) = (show_duration(quiet), show_duration(lag));
        let message =
            format!("{}: `{name}` is quiet after {quiet}, and the issuer tells of a use up to {lag} late", secret.id);
        let hint = format!("give it a `quiet` of at least {lag}");
        let error = self.config.document.error_at(secret.span.clone(), message, Some(&hint));
        Err(misconfigured(&error, self.report))
    }

    fn source(&self, table: &Table) -> Source<'_> {
        Source { table: table.clone(), folder: &self.config.folder }
    }

    async fn probe(&self, secret: &Secret, issuer: &dyn BuildIssuer) -> Result<Arc<dyn Probe>, Failure> {
        let Some(probe) = &secret.probe else {
            let own = issuer.own_probe().ok_or_else(|| unprobed(secret))?;
            let values = self.values(own.references()).await?;
            return own.build(values).map_err(|error| unbuilt(&error, secret));
        };
        let table = self.source(&probe.table);
        let settings = known(registry::probe(&probe.kind.to_string(), &table), &table);
        let settings: Box<dyn BuildProbe> = settings.map_err(|error| misconfigured(&error, self.report))?;
        let values = self.values(settings.references()).await?;
        settings.build(values).map_err(|error| misconfigured(&table.refuse(error), self.report))
    }

    /// Where only the ledger is read, an empty value stands for each secret: no call is ever made with it.
    async fn values(&self, references: Vec<&Reference>) -> Result<Vec<SecretValue>, Failure> {
        let mut values = Vec::new();
        for reference in references {
            values.push(match self.reach {
                Reach::World => self.resolver.resolve(reference).await?,
                Reach::Ledger => withheld()?,
            });
        }
        Ok(values)
    }
}

fn render(secret: &Secret) -> Result<Option<Arc<dyn Render>>, Failure> {
    let Some(template) = &secret.render else { return Ok(None) };
    let rendering = Rendering::new(&secret.id, template).map_err(|error| unbuilt(&error, secret))?;
    Ok(Some(Arc::new(rendering)))
}

/// A table of the configuration, as connectors read their settings.
struct Source<'a> {
    table: Table,
    folder: &'a Path,
}

impl SettingsSource for Source<'_> {
    type Error = Error;

    fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.table.read()
    }

    fn folder(&self) -> &Path {
        self.folder
    }

    fn refuse(&self, error: BuildError) -> Error {
        match &error {
            BuildError::Setting { at, what } | BuildError::Secret { at, what } => {
                let path: Vec<&str> = at.split('.').collect();
                self.table.error_at(&path, format!("`{at}`: {what}"), None)
            }
            BuildError::Shape(_) | BuildError::Preset { .. } | BuildError::LeftOut { .. } | BuildError::Client(_) => {
                self.table.error(error.to_string(), error.hint().as_deref())
            }
        }
    }
}

impl PresetSource for Source<'_> {
    fn stranger(&self, key: &str, known: &[&str]) -> Error {
        self.table.stranger(key, known)
    }

    fn over(&self, base: &serde_json::Value, moves: &[(&str, &'static str)]) -> Self {
        Self { table: self.table.over(base, moves), folder: self.folder }
    }
}

/// Reads the settings of an issuer, which a preset may have filled in.
fn settings(issuer: &IssuerTable, table: &Source<'_>) -> Result<Box<dyn BuildIssuer>, Error> {
    match &issuer.preset {
        Some(preset) => known(registry::preset(preset, table), table),
        None => known(registry::issuer(&issuer.kind.to_string(), table), table),
    }
}

/// What a preset and the user's keys make together, without the references to secrets; `None` where no preset is used.
pub(crate) fn filled(
    issuer: &IssuerTable,
    folder: &Path,
    report: &Report,
) -> Result<Option<serde_json::Value>, Failure> {
    let Some(preset) = &issuer.preset else { return Ok(None) };
    let table = Source { table: issuer.table.clone(), folder };
    let merged = known(registry::filled(preset, &table), &table).map_err(|error| misconfigured(&error, report))?;
    let mut content = merged.table.content();
    if let Some(entries) = content.as_object_mut() {
        entries.retain(|key, _| key != "auth" && key != "secrets");
    }
    Ok(Some(content))
}

fn known<T>(read: Option<Result<T, Error>>, table: &Source<'_>) -> Result<T, Error> {
    read.unwrap_or_else(|| Err(table.table.error("there is no connector of this type", None)))
}

/// A configuration that cannot be used, with the line that is wrong.
pub(crate) fn misconfigured(error: &Error, report: &Report) -> Failure {
    let color = if report.is_colored() { Color::Always } else { Color::Never };
    let (plain, rendered) = (error.render(Color::Never), error.render(color));
    // The heading is the report's, and the last hint comes after what is safe, as everywhere.
    let headed = plain.strip_prefix("error: ").and_then(|_| rendered.split_once(": "));
    let text = headed.map_or(rendered.as_str(), |(_, text)| text);
    let hint = plain.lines().last().and_then(|line| line.strip_prefix("hint: "));
    let text = hint.and_then(|_| text.rsplit_once('\n')).map_or(text, |(text, _)| text);
    let failure = Failure::new(FailureKind::Usage, text.to_owned()).safe("nothing was changed");
    match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

fn unprobed(secret: &Secret) -> Failure {
    Failure::new(FailureKind::Usage, format!("{} has no probe, so a new key could never be proven", secret.id))
        .safe("nothing was changed")
        .hint("add one: probe = { http = \"GET https://…\", bearer = \"{{ value }}\" }")
}

fn unbuilt(error: &BuildError, secret: &Secret) -> Failure {
    Failure::new(FailureKind::Usage, format!("{} cannot be set up", secret.id))
        .because(error)
        .safe("nothing was changed")
}

fn withheld() -> Result<SecretValue, Failure> {
    SecretValue::from_text("withheld".to_owned())
        .map_err(|error| Failure::new(FailureKind::Unknown, "no value can be held").because(&error))
}

/// The name of this engine among others: the machine, the process, and a random part.
fn holder() -> String {
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let part = keybaton_seal::random_u64().unwrap_or_default() & 0xffff;
    format!("{host}:{}:{part:04x}", std::process::id())
}
