//! `agent.toml` as it is written, and how each table of it is checked. Its descriptions are those of the reference page.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use keybaton_types::{SecretId, parse_duration};
use rustix::process::Signal;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Deserialize;

use super::change::Change;
use super::config::Entry;
use super::detour::RawDetour;
use super::template::{Content, TemplateError};
use crate::file::{Access, AccessError, Mode, number};
use crate::serve::Peers;
use crate::signal::signal;

/// The JSON Schema (draft 2020-12) of `agent.toml`.
pub fn schema() -> serde_json::Value {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Raw>().to_value()
}

/// Which files an agent keeps, and who may connect to its socket.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Agent")]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    /// The version of this format: 1.
    pub(super) version: u32,
    /// Who may connect to a unix socket.
    #[serde(default)]
    pub(super) listen: RawListen,
    /// The files that are kept, one table `[[file]]` each.
    #[serde(default)]
    pub(super) file: Vec<RawFile>,
    /// The vaults that are read themselves while the server is silent, one table `[[detour]]` for each secret.
    #[serde(default)]
    pub(super) detour: Vec<RawDetour>,
}

/// Who may connect to a unix socket, beside the agent's own user. On loopback the token of `--token-file` counts instead.
#[derive(Default, Deserialize, JsonSchema)]
#[schemars(rename = "Listen")]
#[serde(deny_unknown_fields)]
pub(super) struct RawListen {
    /// Users, by name or number.
    #[serde(default)]
    users: Vec<String>,
    /// Groups, by name or number; the primary group of the process that connects counts.
    #[serde(default)]
    groups: Vec<String>,
    /// The permissions of the socket as four octal digits; `0600` when nothing is said, `0660` at most.
    mode: Option<String>,
}

/// A file that is kept: a value, or a template with several.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "File")]
#[serde(deny_unknown_fields)]
pub(super) struct RawFile {
    /// Where it is; relative to the folder of agent.toml.
    pub(super) path: PathBuf,
    /// The secret whose value is the whole file. One of `secret`, `template` and `text` is given.
    #[schemars(with = "Option<String>")]
    secret: Option<SecretId>,
    /// The file with a minijinja template; relative to the folder of agent.toml.
    template: Option<PathBuf>,
    /// The template itself.
    text: Option<String>,
    /// The names in the template, and the secrets that they stand for.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    secrets: BTreeMap<String, SecretId>,
    /// Its permissions as four octal digits; `0600` when nothing is said, `0660` at most.
    mode: Option<String>,
    /// Its owner, by name or number; the agent's own user when nothing is said.
    owner: Option<String>,
    /// Its group, by name or number; the agent's own when nothing is said.
    group: Option<String>,
    /// Who is told when it has changed.
    on_change: Option<RawChange>,
    /// The most that is waited at random before a change is acted on, a duration; `3s` when nothing is said.
    jitter: Option<String>,
}

/// Who is told when a file has changed: a process gets a signal, or a command runs.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Change")]
#[serde(deny_unknown_fields)]
pub(super) struct RawChange {
    /// The signal, such as `HUP`; with `pid_file` or `process`.
    signal: Option<String>,
    /// The file with the number of the process that gets the signal.
    pid_file: Option<PathBuf>,
    /// The name of the processes that get the signal.
    process: Option<String>,
    /// The program and its arguments that run; no shell is between.
    command: Option<Vec<String>>,
    /// How long the command may take, a duration; `30s` when nothing is said.
    limit: Option<String>,
}

impl RawListen {
    pub(super) fn checked(self) -> Result<(Peers, Mode), AccessError> {
        let all = |kind, names: Vec<String>, file| -> Result<Vec<u32>, AccessError> {
            names.iter().map(|name| number(kind, name, file)).collect()
        };
        let peers = Peers::new(all("user", self.users, "/etc/passwd")?, all("group", self.groups, "/etc/group")?);
        let mode = Access::new(self.mode.as_deref(), None, None)?.mode;
        Ok((peers, mode))
    }
}

impl RawFile {
    pub(super) fn checked(self, folder: &Path, path: PathBuf) -> Result<Entry, String> {
        let access = Access::new(self.mode.as_deref(), self.owner.as_deref(), self.group.as_deref());
        let access = access.map_err(|error| error.to_string())?;
        let jitter = span(self.jitter.as_deref(), Duration::from_secs(3))?;
        let on_change = self.on_change.map(RawChange::checked).transpose()?;
        let content = match (self.secret, self.template, self.text) {
            (Some(secret), None, None) if self.secrets.is_empty() => Content::Value(secret),
            (None, Some(template), None) => {
                let template = folder.join(template);
                let source =
                    fs::read_to_string(&template).map_err(|error| format!("{}: {error}", template.display()))?;
                Content::Template { source, secrets: self.secrets }
            }
            (None, None, Some(source)) => Content::Template { source, secrets: self.secrets },
            _ => return Err("give one of secret, template and text; `secrets` names what a template uses".to_owned()),
        };
        content.check().map_err(|error: TemplateError| error.to_string())?;
        if content.secrets().is_empty() {
            return Err("no secret stands in it; `secrets = { name = \"NAME/ENV\" }` names some".to_owned());
        }
        Ok(Entry { path, content, access, on_change, jitter })
    }
}

impl RawChange {
    fn checked(self) -> Result<Change, String> {
        let limit = span(self.limit.as_deref(), Duration::from_secs(30))?;
        let named = self.signal.as_deref().map(signal).transpose()?;
        match (named, self.pid_file, self.process, self.command) {
            (Some(signal), Some(path), None, None) => Ok(Change::PidFile { signal, path }),
            (Some(signal), None, Some(name), None) => Ok(Change::Process { signal, name }),
            (None, None, None, Some(line)) if !line.is_empty() => Ok(Change::Command { line, limit }),
            (None::<Signal>, ..) => Err("on_change has a signal with pid_file or process, or a command".to_owned()),
            _ => Err("on_change has a signal with either pid_file or process, or a command alone".to_owned()),
        }
    }
}

fn span(text: Option<&str>, usual: Duration) -> Result<Duration, String> {
    text.map_or(Ok(usual), |text| parse_duration(text).map_err(|error| error.to_string()))
}
