//! Wiring: from the configuration to the charges of the engine, and to the operations that commands use.

use std::sync::Arc;

use keybaton_config::{Color, Config, Error, Secret, Table, VaultKind, discover};
use keybaton_connectors::{
    Rendering,
    build::{BuildError, BuildIssuer, BuildProbe, SettingsSource},
    registry,
};
use keybaton_engine::{Charge, Charges, Lanes, Local, RealTime, Time};
use keybaton_ports::{Failure, FailureKind, Issuer, Probe, Render, Store, Vault};
use keybaton_seal::SecretValue;
use keybaton_types::Reference;
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
        let store: Arc<dyn Store> = Arc::clone(&self.state.store) as _;
        let (keyring, time) = (Arc::clone(&self.state.keyring), Arc::clone(&self.time));
        Local::new(store, keyring, time, self.charges.clone(), self.holder.clone())
    }
}

/// Finds and reads the configuration.
pub(crate) fn load(global: &Global, report: &Report) -> Result<Config, Failure> {
    let path = discover(global.config.as_deref(), |name| std::env::var_os(name), std::path::Path::exists);
    let config = path.and_then(|path| Config::load(&path)).map_err(|error| misconfigured(&error, report))?;
    idle_issuers(&config).map_err(|error| misconfigured(&error, report))?;
    Ok(config)
}

/// Reads the issuers that no secret uses yet: a literal in one of them is as much of a leak as in any other.
fn idle_issuers(config: &Config) -> Result<(), Error> {
    let used = |name: &String| config.secrets.values().any(|secret| secret.issuer.name.as_ref() == Some(name));
    for (_, issuer) in config.issuers.iter().filter(|(name, _)| !used(name)) {
        let table = Source(&issuer.table);
        known(registry::issuer(&issuer.kind.to_string(), &table), &table)?;
    }
    Ok(())
}

/// Builds every charge of a configuration.
pub(crate) async fn charges(
    config: &Config,
    state: &State,
    report: &Report,
    reach: Reach,
) -> Result<Vec<Charge>, Failure> {
    let store: Arc<dyn Store> = Arc::clone(&state.store) as _;
    let resolver = Resolver::new(&config.folder).with(store, Arc::clone(&state.keyring));
    let builder = Builder { resolver, report, reach };
    let lanes = Lanes::default();
    let mut built = Vec::new();
    for secret in config.secrets.values() {
        let ends = builder.ends(secret).await?;
        let name = secret.issuer.name.clone().unwrap_or_else(|| format!("{} (inline)", secret.id));
        built.push(Charge {
            secret: secret.id.clone(),
            owner: secret.owner.clone(),
            lane: lanes.of(&name),
            issuer_name: name,
            vault_name: secret.vault.name.clone(),
            issuer: ends.issuer,
            probe: ends.probe,
            vault: vault(secret, state),
            render: ends.render,
            policy: secret.policy.clone(),
            schedule: secret.schedule.clone(),
        });
    }
    Ok(built)
}

/// Builds every connector with nothing in it: what is wrong with a table is found without any state or secret.
pub(crate) async fn check(config: &Config, report: &Report) -> Result<(), Failure> {
    let builder = Builder { resolver: Resolver::new(&config.folder), report, reach: Reach::Ledger };
    for secret in config.secrets.values() {
        builder.ends(secret).await?;
    }
    Ok(())
}

fn vault(secret: &Secret, state: &State) -> Arc<dyn Vault> {
    match secret.vault.kind {
        VaultKind::Embedded => Arc::new(state.store.vault()),
    }
}

/// What a secret needs of far services, and what its consumers read.
struct Ends {
    issuer: Arc<dyn Issuer>,
    probe: Arc<dyn Probe>,
    render: Option<Arc<dyn Render>>,
}

/// Builds what the tables of a secret name.
struct Builder<'a> {
    resolver: Resolver,
    report: &'a Report,
    reach: Reach,
}

impl Builder<'_> {
    async fn ends(&self, secret: &Secret) -> Result<Ends, Failure> {
        let table = Source(&secret.issuer.table);
        let issuer = known(registry::issuer(&secret.issuer.kind.to_string(), &table), &table);
        let issuer: Box<dyn BuildIssuer> = issuer.map_err(|error| misconfigured(&error, self.report))?;
        let values = self.values(issuer.references()).await?;
        let built = issuer.build(&secret.id, values);
        let built = built.map_err(|error| misconfigured(&table.refuse(error), self.report))?;
        let probe = self.probe(secret, issuer.as_ref()).await?;
        Ok(Ends { issuer: built, probe, render: render(secret)? })
    }

    async fn probe(&self, secret: &Secret, issuer: &dyn BuildIssuer) -> Result<Arc<dyn Probe>, Failure> {
        let Some(probe) = &secret.probe else {
            let own = issuer.own_probe().ok_or_else(|| unprobed(secret))?;
            let values = self.values(own.references()).await?;
            return own.build(values).map_err(|error| unbuilt(&error, secret));
        };
        let table = Source(&probe.table);
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
struct Source<'a>(&'a Table);

impl SettingsSource for Source<'_> {
    type Error = Error;

    fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.0.read()
    }

    fn refuse(&self, error: BuildError) -> Error {
        match &error {
            BuildError::Setting { at, what } | BuildError::Secret { at, what } => {
                let path: Vec<&str> = at.split('.').collect();
                self.0.error_at(&path, format!("`{at}`: {what}"), None)
            }
            BuildError::Shape(_) | BuildError::Client(_) => self.0.error(error.to_string(), None),
        }
    }
}

fn known<T>(read: Option<Result<T, Error>>, table: &Source<'_>) -> Result<T, Error> {
    read.unwrap_or_else(|| Err(table.0.error("there is no connector of this type", None)))
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
