//! `state show`: where the state database is, how large, what it holds, and who works with it.

use std::{fs, path::Path};

use keybaton_config::Database;
use keybaton_ports::{Failure, FailureKind, Store as _, StoreError};
use keybaton_store::Census;
use serde::Serialize;

use super::{Context, Ended};
use crate::{
    exit::Exit,
    report::table,
    state::{Missing, State},
    wiring::load,
};

/// `keybaton/state/v1`.
#[derive(Serialize)]
struct Document {
    schema: &'static str,
    path: String,
    bytes: u64,
    installation: String,
    master_key: String,
    format: u64,
    epoch: u64,
    writes: u64,
    secrets: u64,
    credentials: u64,
    sealed_values: u64,
    active_rotations: u64,
    alerts: u64,
    audit_rows: u64,
    tokens: u64,
    engines: Vec<String>,
}

pub(super) async fn run(context: Context<'_>) -> Ended {
    let config = load(context.global, context.report)?;
    let state = State::open(&config, Missing::Refuse, context.report).await?;
    let census = state.store.census().await.map_err(|error| uncounted(&error))?;
    let engines = state.store.engines().await.map_err(|error| uncounted(&error))?;
    let Database::Sqlite(path) = &config.state.url;
    let engines = engines.into_iter().map(|engine| engine.holder).collect();
    let document = document(path, &state, &census, engines);
    if context.report.json {
        context.report.document(&document);
    } else {
        context.report.data(&text(&document));
    }
    Ok(Exit::Done)
}

fn document(path: &Path, state: &State, census: &Census, engines: Vec<String>) -> Document {
    Document {
        schema: "keybaton/state/v1",
        path: path.display().to_string(),
        bytes: size(path),
        installation: state.store.installation().to_string(),
        master_key: state.keyring.id().to_string(),
        format: census.schema,
        epoch: census.epoch,
        writes: census.writes,
        secrets: census.secrets,
        credentials: census.credentials,
        sealed_values: census.sealed,
        active_rotations: census.rotations,
        alerts: census.alerts,
        audit_rows: census.audit,
        tokens: census.tokens,
        engines,
    }
}

/// The database and its log.
fn size(path: &Path) -> u64 {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let length = |path: &Path| fs::metadata(path).map_or(0, |facts| facts.len());
    length(path) + length(Path::new(&log))
}

fn text(document: &Document) -> String {
    let engines = if document.engines.is_empty() { "none alive".to_owned() } else { document.engines.join(", ") };
    let rows = [
        ("path", document.path.clone()),
        ("size", format!("{} bytes", document.bytes)),
        ("installation", document.installation.clone()),
        ("master key", document.master_key.clone()),
        ("format", document.format.to_string()),
        ("epoch", document.epoch.to_string()),
        ("transactions", document.writes.to_string()),
        ("secrets", document.secrets.to_string()),
        ("credentials", format!("{}, {} with a sealed value", document.credentials, document.sealed_values)),
        ("rotations", format!("{} active", document.active_rotations)),
        ("alerts", document.alerts.to_string()),
        ("audit rows", document.audit_rows.to_string()),
        ("access tokens", document.tokens.to_string()),
        ("engines", engines),
    ];
    let rows: Vec<Vec<String>> = rows.into_iter().map(|(what, value)| vec![what.to_owned(), value]).collect();
    table(&["STATE", ""], &rows)
}

fn uncounted(error: &StoreError) -> Failure {
    Failure::new(FailureKind::Unknown, "the state database cannot be read")
        .because(error)
        .safe("nothing was changed")
        .hint("`keybaton doctor` looks at it closely")
}
