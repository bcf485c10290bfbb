//! Where a value stands: a file, and which entry of it.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Component, Path, PathBuf};

use super::entry::Entry;
use super::json;
use super::settings::{Format, VaultSettings};
use crate::build::BuildError;

/// Where a value stands.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) folder: PathBuf,
    pub(super) file: OsString,
    pub(super) entry: Entry,
}

impl Target {
    /// Reads a secret's name: a path, with `#KEY` behind it where the format has entries.
    pub(super) fn new(settings: &VaultSettings, name: &str) -> Result<Self, BuildError> {
        let (path, own) = match (settings.format, name.rsplit_once('#')) {
            (Format::Plain, _) | (_, None) => (name, None),
            (Format::Dotenv | Format::Json, Some((path, key))) => (path, Some(key)),
        };
        let whole = lexical(&settings.folder.as_deref().unwrap_or(Path::new("")).join(path));
        let (Some(folder), Some(file)) = (whole.parent(), whole.file_name()) else { return Err(unnamed(path)) };
        if path.is_empty() || path.ends_with('/') {
            return Err(unnamed(path));
        }
        let key = own.or(settings.key.as_deref());
        Ok(Self { folder: folder.to_owned(), file: file.to_owned(), entry: entry(settings, name, key)? })
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.join(&self.file)
    }

    /// The same, where the file is a link: what it leads to. A link that leads nowhere stays what it is.
    pub(super) fn followed(self) -> Self {
        let Ok(real) = std::fs::canonicalize(self.path()) else { return self };
        match (real.parent(), real.file_name()) {
            (Some(folder), Some(file)) => Self { folder: folder.to_owned(), file: file.to_owned(), entry: self.entry },
            _ => self,
        }
    }

    /// The name of the temporary file beside it that is replaced with, without its random end.
    pub(super) fn draft(&self) -> OsString {
        let mut name = OsString::from(".");
        name.push(&self.file);
        name.push(".keybaton-");
        name
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path().display())?;
        match self.entry.key() {
            Some(key) => write!(f, "#{key}"),
            None => Ok(()),
        }
    }
}

/// Checks what every name needs.
pub(super) fn check(settings: &VaultSettings) -> Result<(), BuildError> {
    match (settings.format, &settings.key) {
        (Format::Plain, Some(_)) => Err(BuildError::setting("key", "a plain file is one value and has no entries")),
        (_, None) => Ok(()),
        (Format::Dotenv | Format::Json, Some(key)) => entry(settings, key, Some(key)).map(drop),
    }
}

fn entry(settings: &VaultSettings, name: &str, key: Option<&str>) -> Result<Entry, BuildError> {
    let missing = || {
        let what = format!("which entry of {name}? Say `key` here, or write the secret's name as {name}#KEY");
        BuildError::setting("key", what)
    };
    Ok(match settings.format {
        Format::Plain => Entry::Plain,
        Format::Dotenv => Entry::Dotenv(variable(key.ok_or_else(missing)?)?, settings.quotes),
        Format::Json => Entry::Json(json::path(key.ok_or_else(missing)?)?),
    })
}

fn variable(key: &str) -> Result<String, BuildError> {
    let is_name = |c: char| c == '_' || c.is_ascii_alphanumeric();
    if key.is_empty() || key.starts_with(|c: char| c.is_ascii_digit()) || !key.chars().all(is_name) {
        let what = format!("`{}` is no name of a variable: letters, digits and _", key.escape_debug());
        return Err(BuildError::setting("key", what));
    }
    Ok(key.to_owned())
}

fn unnamed(path: &str) -> BuildError {
    BuildError::setting("folder", format!("`{}` names no file", path.escape_debug()))
}

/// The path without `.` and `..`, as it reads; no file is looked at.
fn lexical(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if plain.file_name().is_some_and(|name| name != OsStr::new("..")) => {
                plain.pop();
            }
            Component::ParentDir if plain.has_root() => {}
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(table: serde_json::Value) -> VaultSettings {
        serde_json::from_value(table).unwrap()
    }

    #[test]
    fn a_name_is_a_path_and_an_entry() {
        let dotenv = settings(serde_json::json!({ "folder": "/srv/app", "format": "dotenv", "key": "TOKEN" }));
        assert_eq!(Target::new(&dotenv, ".env").unwrap().to_string(), "/srv/app/.env#TOKEN");
        assert_eq!(Target::new(&dotenv, "./x/../.env#OTHER").unwrap().to_string(), "/srv/app/.env#OTHER");
        assert_eq!(Target::new(&dotenv, "/etc/app.env#A").unwrap().to_string(), "/etc/app.env#A");
        let plain = settings(serde_json::json!({ "folder": "/srv/app" }));
        assert_eq!(Target::new(&plain, "key#1").unwrap().to_string(), "/srv/app/key#1");
    }

    #[test]
    fn a_name_without_a_file_or_an_entry_is_refused() {
        let dotenv = settings(serde_json::json!({ "folder": "/srv", "format": "dotenv" }));
        assert!(Target::new(&dotenv, ".env").unwrap_err().to_string().contains(".env#KEY"));
        for name in ["", "#A", "x/#A", "/#A", ".env#1A", ".env#A B", ".env#"] {
            assert!(Target::new(&dotenv, name).is_err(), "{name}");
        }
    }
}
