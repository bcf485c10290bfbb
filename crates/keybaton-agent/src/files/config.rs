//! `agent.toml`: who may connect, and which files are kept. Unknown keys are errors.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use keybaton_types::SecretId;

use super::change::Change;
use super::detour::{DetourEntry, RawDetour};
use super::raw::Raw;
use super::template::Content;
use crate::file::{Access, AccessError, Mode};
use crate::serve::Peers;

/// What `agent.toml` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Who may connect to a unix socket.
    pub peers: Peers,
    /// The permissions of the socket.
    pub mode: Mode,
    /// The files.
    pub files: Vec<Entry>,
    /// The vaults that are read while the server is silent.
    pub detours: Vec<DetourEntry>,
}

/// A file that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where.
    pub path: PathBuf,
    /// What stands in it.
    pub content: Content,
    /// Who may read it.
    pub access: Access,
    /// Who is told when it has changed.
    pub on_change: Option<Change>,
    /// The most that is waited at random before a change is acted on.
    pub jitter: Duration,
}

/// `agent.toml` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("{} cannot be read", .0.display())]
    Unread(PathBuf, #[source] io::Error),
    /// It is not understood.
    #[error("{} is not understood: {why}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The table of one file says something that does not go together.
    #[error("[[file]] {}: {why}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The table of one detour says something that does not go together.
    #[error("[[detour]] {secret}: {why}")]
    Detour {
        /// The secret.
        secret: SecretId,
        /// Why.
        why: String,
    },
    /// The table `[listen]` says something that cannot be.
    #[error("[listen]: {0}")]
    Listen(#[source] AccessError),
}

impl Config {
    /// What holds when there is no file: our own user alone, and no files.
    pub fn none() -> Self {
        Self {
            peers: Peers::new(Vec::new(), Vec::new()),
            mode: Access::PRIVATE.mode,
            files: Vec::new(),
            detours: Vec::new(),
        }
    }

    /// Reads a file. Paths in it start at its folder.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path).map_err(|error| ConfigError::Unread(path.to_owned(), error))?;
        let malformed = |why: String| ConfigError::Malformed { path: path.to_owned(), why };
        let raw: Raw = toml::from_str(&text).map_err(|error| malformed(error.to_string()))?;
        if raw.version != 1 {
            return Err(malformed("it says another version than 1".to_owned()));
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        let (peers, mode) = raw.listen.checked().map_err(ConfigError::Listen)?;
        let mut files = Vec::with_capacity(raw.file.len());
        for file in raw.file {
            let path = folder.join(&file.path);
            if files.iter().any(|known: &Entry| known.path == path) {
                return Err(ConfigError::File { path, why: "it stands there twice".to_owned() });
            }
            files.push(file.checked(folder, path.clone()).map_err(|why| ConfigError::File { path, why })?);
        }
        let detours = detours(raw.detour)?;
        Ok(Self { peers, mode, files, detours })
    }
}

fn detours(raw: Vec<RawDetour>) -> Result<Vec<DetourEntry>, ConfigError> {
    let mut detours: Vec<DetourEntry> = Vec::with_capacity(raw.len());
    for detour in raw {
        let detour = detour.checked().map_err(|(secret, why)| ConfigError::Detour { secret, why })?;
        if detours.iter().any(|known| known.secret == detour.secret) {
            return Err(ConfigError::Detour { secret: detour.secret, why: "it stands there twice".to_owned() });
        }
        detours.push(detour);
    }
    Ok(detours)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("agent.toml");
        fs::write(&path, text).unwrap();
        fs::write(folder.path().join("t"), "{{ db }}").unwrap();
        Config::load(&path)
    }

    #[test]
    fn a_file_is_a_value_or_a_template() {
        let config = load(
            "version = 1\n[listen]\nusers = [\"root\"]\nmode = \"0660\"\n\
             [[file]]\npath = \"key\"\nsecret = \"payments/prod\"\nmode = \"0640\"\n\
             on_change = { signal = \"HUP\", pid_file = \"/run/app.pid\" }\n\
             [[file]]\npath = \"app.ini\"\ntemplate = \"t\"\nsecrets = { db = \"db/prod\" }\n\
             on_change = { command = [\"true\"], limit = \"5s\" }\n",
        )
        .unwrap();
        assert_eq!((config.files.len(), config.mode.bits()), (2, 0o660));
    }

    fn detour(more: &str) -> String {
        format!(
            "version = 1\n[[detour]]\nsecret = \"payments/prod\"\ninstallation = \"a1b2c3\"\n{more}\n\
             vault = {{ type = \"hashicorp-vault\", url = \"https://bao.internal:8200\", token = {{ file = \"t\" }} }}\n"
        )
    }

    #[test]
    fn a_detour_is_a_vault_of_its_own_with_terms_of_its_own() {
        let known = load(&detour("after = \"5s\"\nname = \"team/payments\"")).unwrap().detours.remove(0);
        assert_eq!((known.kind.as_str(), known.name.as_str()), ("hashicorp-vault", "team/payments"));
        assert_eq!(known.settings["token"]["file"], "t");
        assert!(known.settings.get("type").is_none());
        assert_eq!((known.terms.after.as_secs(), known.terms.every.as_secs()), (5, 30));
        assert_eq!(load(&detour("")).unwrap().detours[0].name, "payments-prod");
        assert!(load("version = 1").unwrap().detours.is_empty(), "there is none that nobody asked for");
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        for (text, words) in [
            ("version = 2", "version"),
            ("version = 1\nlisten_on = 1", "listen_on"),
            ("version = 1\n[[file]]\npath = \"a\"", "one of secret"),
            ("version = 1\n[[file]]\npath = \"a\"\nsecret = \"A\"", "NAME/ENV"),
            ("version = 1\n[[file]]\npath = \"a\"\nsecret = \"a/b\"\ncolour = 1", "colour"),
            ("version = 1\n[[file]]\npath = \"a\"\ntext = \"{{ x }}\"\nsecrets = { y = \"a/b\" }", "uses x"),
            ("version = 1\n[[file]]\npath = \"a\"\ntext = \"plain\"", "no secret"),
            ("version = 1\n[[file]]\npath = \"a\"\nsecret = \"a/b\"\nmode = \"0644\"", "everybody"),
            ("version = 1\n[[file]]\npath = \"a\"\nsecret = \"a/b\"\non_change = { signal = \"HUP\" }", "pid_file"),
            (
                "version = 1\n[[file]]\npath = \"a\"\nsecret = \"a/b\"\n[[file]]\npath = \"a\"\nsecret = \"a/b\"",
                "twice",
            ),
            ("version = 1\n[listen]\nusers = [\"no such\"]", "no such"),
            (detour("colour = 1").as_str(), "colour"),
            (detour("after = \"0s\"").as_str(), "after is at least"),
            (detour("every = \"soon\"").as_str(), "every"),
            (detour("max_stale = \"40s\"").as_str(), "twice `every`"),
            (detour("").replace("a1b2c3", "A-1").as_str(), "keybaton state show"),
            (detour("").replace("type =", "kind =").as_str(), "`type`"),
            (format!("{}{}", detour(""), detour("").replace("version = 1\n", "")).as_str(), "twice"),
        ] {
            let error = load(text).unwrap_err();
            let said = format!("{error} {:?}", std::error::Error::source(&error).map(ToString::to_string));
            assert!(said.contains(words), "{text}: {said}");
        }
    }
}
