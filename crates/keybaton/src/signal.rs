//! Wiring of signals: from the tables of the configuration to what the engine listens to.

use std::sync::Arc;

use keybaton_config::{Config, SignalTable};
use keybaton_connectors::{
    build::BuildError,
    prometheus::{Prometheus, Queries},
};
use keybaton_engine::Watched;
use keybaton_ports::{Failure, Store};
use keybaton_seal::SecretValue;

use crate::{reference::Resolver, report::Report, state::State, wiring::misconfigured};

/// Builds every signal, with the tokens that their servers want.
pub(crate) async fn watched(config: &Config, state: &State, report: &Report) -> Result<Vec<Watched>, Failure> {
    let store: Arc<dyn Store> = Arc::clone(&state.store) as _;
    let resolver = Resolver::new(&config.folder).with(store, Arc::clone(&state.keyring));
    let mut watched = Vec::new();
    for table in config.signals.values() {
        let token = match &table.bearer {
            Some(reference) => Some(resolver.resolve(reference).await?),
            None => None,
        };
        watched.push(one(config, table, token.as_ref(), report)?);
    }
    Ok(watched)
}

/// Looks for what is wrong with a table without any secret.
pub(crate) fn check(config: &Config, report: &Report) -> Result<(), Failure> {
    for table in config.signals.values() {
        one(config, table, None, report)?;
    }
    Ok(())
}

fn one(config: &Config, table: &SignalTable, token: Option<&SecretValue>, report: &Report) -> Result<Watched, Failure> {
    let queries = Queries { refused: table.refused.clone(), calls: table.calls.clone() };
    let source = Prometheus::new(&table.url, queries, token, table.timeout).map_err(|error| {
        let what = match &error {
            BuildError::Setting { at, what } | BuildError::Secret { at, what } => format!("`{at}`: {what}"),
            BuildError::Shape(_) | BuildError::Preset { .. } | BuildError::LeftOut { .. } | BuildError::Client(_) => {
                error.to_string()
            }
        };
        let hint = Some("name it as in url = \"https://prometheus.example\"");
        misconfigured(&config.document.error_at(table.span.clone(), what, hint), report)
    })?;
    Ok(Watched {
        name: table.name.clone(),
        every: table.every,
        // two questions, each within its own time
        timeout: table.timeout * 2,
        secrets: table.secrets.clone(),
        source: Arc::new(source),
    })
}
