//! Where the ledger is kept.

use std::fmt;
use std::path::{Path, PathBuf};

use keybaton_types::Reference;

use super::check::Check;
use crate::later::Trust;
use crate::node::{Located, Node};
use crate::problem::Problem;
use crate::raw;

/// Where the ledger is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The database.
    pub url: Database,
    /// The master key: an environment variable, a file with its path resolved, or a systemd credential.
    pub master_key: Reference,
}

/// The database of the ledger. `Display` is the URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// A file, its path resolved.
    Sqlite(PathBuf),
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
        }
    }
}

impl State {
    pub(super) fn build(check: &mut Check, node: Option<&Node>) -> Self {
        let raw = node.and_then(|node| check.read::<raw::State>(node, Trust::Foreign)).unwrap_or_default();
        let folder = check.folder().to_owned();
        let url = raw.url.and_then(|url| database(check, &url, &folder));
        let master_key = raw.master_key.and_then(|key| master_key(check, key, &folder));
        Self {
            url: url.unwrap_or_else(|| Database::Sqlite(folder.join(".keybaton/state.db"))),
            master_key: master_key.unwrap_or_else(|| Reference::File(folder.join(".keybaton/master.key"))),
        }
    }
}

fn database(check: &mut Check, url: &Located<String>, folder: &Path) -> Option<Database> {
    let span = url.span.clone();
    match url.value.split_once(':') {
        Some(("sqlite", path)) => {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path.contains(['?', '\0']) || path == ":memory:" {
                let problem = Problem::new(span, "`url` names no file");
                return check.refuse(problem.hinted("write `sqlite:` and a path, such as `sqlite:.keybaton/state.db`"));
            }
            Some(Database::Sqlite(folder.join(path)))
        }
        Some(("postgres" | "postgresql", _)) => check.refuse(Problem::later(span, "a PostgreSQL state")),
        _ => check.refuse(Problem::new(span, "`url` is not a state database").hinted("it is `sqlite:` and a path")),
    }
}

fn master_key(check: &mut Check, key: Located<Reference>, folder: &Path) -> Option<Reference> {
    match key.value {
        Reference::File(path) => Some(Reference::File(folder.join(path))),
        Reference::Env(_) | Reference::Credential(_) => Some(key.value),
        Reference::Secret(_) | Reference::Command(_) => check.refuse(
            Problem::new(key.span, "the master key comes from a file, a systemd credential or an environment variable")
                .hinted("use { file = \"path\" }, { credential = \"name\" } or { env = \"NAME\" }"),
        ),
    }
}
