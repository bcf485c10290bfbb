//! `init`: writes keybaton.toml, the master key and the state database. What is there already is kept.

use std::path::{Path, PathBuf};

use clap::Args;
use keybaton_config::{Config, starter};
use keybaton_ports::{Failure, FailureKind};
use keybaton_seal::MasterKey;
use keybaton_types::Reference;
use serde::Serialize;

use super::{Context, Ended};
use crate::{
    exit::Exit,
    reference::credential,
    report::Tone,
    state::{Missing, State},
    wiring::misconfigured,
};

/// Writes keybaton.toml, the master key and the state database.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {}

/// `keybaton/init/v1`.
#[derive(Serialize)]
struct Made {
    schema: &'static str,
    config: String,
    new: Vec<String>,
    kept: Vec<String>,
}

pub(crate) async fn run(context: Context<'_>, _: &InitArgs) -> Ended {
    let path = context.global.config.clone().unwrap_or_else(|| PathBuf::from("keybaton.toml"));
    let mut made = Made { schema: "keybaton/init/v1", config: path.display().to_string(), new: vec![], kept: vec![] };
    let is_new = write_new(&path)?;
    made.note(is_new, "configuration", &path);
    let config = Config::load(&path).map_err(|error| misconfigured(&error, context.report))?;
    if let Some(key) = key_file(&config) {
        let keybaton_config::Database::Sqlite(database) = &config.state.url;
        if database.exists() && !key.exists() {
            return Err(keyless(&key, database));
        }
        made.note(make_key(&key)?, "master key", &key);
    }
    let keybaton_config::Database::Sqlite(database) = &config.state.url;
    let was_there = database.exists();
    State::open(&config, Missing::Create, context.report).await?;
    made.note(!was_there, "state database", database);
    print(context, &made);
    Ok(Exit::Done)
}

impl Made {
    fn note(&mut self, is_new: bool, what: &str, path: &Path) {
        let list = if is_new { &mut self.new } else { &mut self.kept };
        list.push(format!("{what} {}", path.display()));
    }
}

fn print(context: Context<'_>, made: &Made) {
    if context.report.json {
        context.report.document(made);
    }
    for line in &made.new {
        context.report.step(Tone::Good, "made", line);
    }
    for line in &made.kept {
        context.report.step(Tone::Busy, "kept", line);
    }
    context.report.hint("keep a copy of the master key elsewhere: without it no sealed value can be opened");
    context.report.hint("next: describe your first key in keybaton.toml, then `keybaton adopt NAME/ENV --id ID`");
}

/// Writes the configuration unless there is one; says whether it did.
fn write_new(path: &Path) -> Result<bool, Failure> {
    let file = std::fs::OpenOptions::new().write(true).create_new(true).open(path);
    match file {
        Ok(mut file) => std::io::Write::write_all(&mut file, starter().as_bytes()).map(|()| true),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
    .map_err(|error| unwritten(path, &error))
}

/// Where the master key is to be, when it is a file: one of ours, or one that a supervisor hands over.
fn key_file(config: &Config) -> Option<PathBuf> {
    match &config.state.master_key {
        Reference::File(path) => Some(config.folder.join(path)),
        Reference::Credential(name) => credential(name),
        Reference::Env(_) | Reference::Command(_) | Reference::Secret(_) => None,
    }
}

/// Makes the master key unless there is one; the folder is for its owner alone.
fn make_key(path: &Path) -> Result<bool, Failure> {
    if path.exists() {
        return Ok(false);
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.exists()) {
        std::os::unix::fs::DirBuilderExt::mode(std::fs::DirBuilder::new().recursive(true), 0o700)
            .create(folder)
            .and_then(|()| std::fs::write(folder.join(".gitignore"), "*\n"))
            .map_err(|error| unwritten(folder, &error))?;
    }
    MasterKey::create(path).map(|_| true).map_err(|error| {
        Failure::new(FailureKind::Unknown, "the master key was not made")
            .because(&error)
            .safe("nothing else was changed")
    })
}

/// A new master key beside a database of another one would open nothing, and stand in the way of the right one.
fn keyless(key: &Path, database: &Path) -> Failure {
    let what = format!("the master key {} is gone, and {} is still there", key.display(), database.display());
    Failure::new(FailureKind::Usage, what)
        .safe("nothing was changed; every key that worked still works")
        .hint("bring the master key back: without it no sealed value can be opened, and a new one opens none either")
}

fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(FailureKind::Unknown, format!("{} was not written", path.display()))
        .because(error)
        .safe("nothing else was changed")
        .hint("check the folder's owner and mode, and that there is room")
}
