//! `init`: finds likely keys, and writes keybaton.toml, the master key and the state database. What is there is kept.

use std::path::{Path, PathBuf};

use clap::Args;
use keybaton_config::{Config, starter};
use keybaton_ports::{Failure, FailureKind};
use keybaton_seal::MasterKey;
use keybaton_types::{Reference, SecretId};
use serde::Serialize;

use super::{Context, Ended};
use crate::{
    exit::Exit,
    find::{self, Found},
    reference::credential,
    report::Tone,
    schema,
    state::{Missing, State},
    wiring::misconfigured,
};

/// Finds likely keys here, and writes keybaton.toml, the master key and the state database.
#[derive(Debug, Args)]
#[command(
    after_help = "It looks at names in .env files, pipelines, compose files, Kubernetes manifests, tfvars, .npmrc, \
                        .pypirc, profiles of clouds, and the environment. It prints and writes names and places, never a \
                        value.\n\nExamples:\n  keybaton init\n  keybaton init --no-scan"
)]
pub(crate) struct InitArgs {
    /// Do not look for keys
    #[arg(long)]
    no_scan: bool,
}

/// `keybaton/init/v1`.
#[derive(Serialize)]
struct Made {
    schema: &'static str,
    config: String,
    new: Vec<String>,
    kept: Vec<String>,
    /// What was found; none with `--no-scan`.
    found: Option<Found>,
}

pub(crate) async fn run(context: Context<'_>, args: &InitArgs) -> Ended {
    let path = context.global.config.clone().unwrap_or_else(|| PathBuf::from("keybaton.toml"));
    let found = if args.no_scan { None } else { Some(look(&path).await?) };
    let text = starter().to_owned() + &found.as_ref().map(find::blocks).unwrap_or_default();
    let mut made =
        Made { schema: "keybaton/init/v1", config: path.display().to_string(), new: vec![], kept: vec![], found };
    let is_new = write_new(&path, &text)?;
    made.note(is_new, "configuration", &path);
    let config = Config::load(&path).map_err(|error| misconfigured(&error, context.report))?;
    if let Some(found) = &mut made.found {
        find::cover(found, config.secrets.keys().map(SecretId::name));
    }
    prepare(context, &config, &mut made).await?;
    if is_new {
        write_schema(&config.folder)?;
    }
    print(context, &made);
    Ok(Exit::Done)
}

/// Looks around beside the other tasks: a slow disk must not stop them.
async fn look(config: &Path) -> Result<Found, Failure> {
    let folder = config.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let looked = tokio::task::spawn_blocking(move || find::find(&folder, home.as_deref(), std::env::vars_os())).await;
    looked.map_err(|error| {
        Failure::new(FailureKind::Unknown, "the search for keys ended early")
            .because(&error)
            .safe("nothing was changed")
            .hint("`keybaton init --no-scan` does without it")
    })
}

/// Makes the master key and the state database that a configuration names, where they are missing.
async fn prepare(context: Context<'_>, config: &Config, made: &mut Made) -> Result<(), Failure> {
    if let Some(key) = key_file(config) {
        let keybaton_config::Database::Sqlite(database) = &config.state.url;
        if database.exists() && !key.exists() {
            return Err(keyless(&key, database));
        }
        made.note(make_key(&key)?, "master key", &key);
    }
    let keybaton_config::Database::Sqlite(database) = &config.state.url;
    let was_there = database.exists();
    State::open(config, Missing::Create, context.report).await?;
    made.note(!was_there, "state database", database);
    Ok(())
}

/// The schema that the first line of the starter names, so that editors complete at once.
fn write_schema(folder: &Path) -> Result<(), Failure> {
    let path = folder.join(".keybaton/keybaton.schema.json");
    let text = serde_json::to_string_pretty(&schema::full()).unwrap_or_default() + "\n";
    if !path.parent().is_some_and(Path::exists) {
        return Ok(());
    }
    std::fs::write(&path, text).map_err(|error| unwritten(&path, &error))
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
    if let Some(found) = &made.found {
        say(context, found);
    }
    context.report.hint("keep a copy of the master key elsewhere: without it no sealed value can be opened");
    context.report.hint("next: describe your first key in keybaton.toml, then `keybaton adopt NAME/ENV --id ID`");
}

/// Says what was found and is not covered yet, and what was not looked at.
fn say(context: Context<'_>, found: &Found) {
    let open: Vec<&find::Key> = found.keys.iter().filter(|key| !key.covered).collect();
    for key in &open {
        let more = if key.times > 1 { format!(" and {} more", key.times - 1) } else { String::new() };
        let place = key.places.first().map(String::as_str).unwrap_or_default();
        context.report.words(&format!("   {} at {place}{more}: {}", key.name, find::guess(key)));
    }
    let (count, files) = (open.len(), found.files);
    let covered = found.keys.len() - count;
    let covered = if covered > 0 { format!("; {covered} more are configured") } else { String::new() };
    context.report.step(Tone::Good, "found", &format!("{count} likely keys in {files} files{covered}"));
    for left in &found.left_out {
        context.report.step(Tone::Bad, "not looked at", left);
    }
}

/// Writes the configuration unless there is one; says whether it did.
fn write_new(path: &Path, text: &str) -> Result<bool, Failure> {
    let file = std::fs::OpenOptions::new().write(true).create_new(true).open(path);
    match file {
        Ok(mut file) => std::io::Write::write_all(&mut file, text.as_bytes()).map(|()| true),
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
