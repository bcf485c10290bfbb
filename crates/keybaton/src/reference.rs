//! Resolves references to secrets: the only place that reads them, and only when a command needs them.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use keybaton_engine::current_value;
use keybaton_ports::{Failure, FailureKind, Store};
use keybaton_seal::{Keyring, SecretValue};
use keybaton_types::Reference;
use tokio::io::AsyncReadExt as _;

/// How long a command may take to print a secret.
const LIMIT: Duration = Duration::from_secs(10);

/// Where references are resolved.
pub(crate) struct Resolver {
    folder: PathBuf,
    inner: Option<(Arc<dyn Store>, Arc<Keyring>)>,
}

impl Resolver {
    /// For a configuration in this folder, before there is a ledger.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), inner: None }
    }

    /// The same with a ledger, for `{ secret = … }`.
    pub(crate) fn with(self, store: Arc<dyn Store>, keyring: Arc<Keyring>) -> Self {
        Self { inner: Some((store, keyring)), ..self }
    }

    /// Reads the secret that a reference names.
    pub(crate) async fn resolve(&self, reference: &Reference) -> Result<SecretValue, Failure> {
        match reference {
            Reference::Env(name) => match std::env::var(name) {
                Ok(text) => value(reference, SecretValue::from_text(text)),
                Err(_) => Err(missing(reference, "it is not set, or not text")),
            },
            Reference::File(path) => read(reference, &self.folder.join(path)),
            Reference::Credential(name) => read(reference, &supervised(reference, name)?),
            Reference::Command(words) => run(reference, words).await,
            Reference::Secret(secret) => {
                let Some((store, keyring)) = &self.inner else {
                    return Err(missing(reference, "there is no ledger yet"));
                };
                let found = current_value(store, keyring, secret).await;
                let found = found.map_err(|error| missing(reference, "the ledger cannot be read").because(&error))?;
                found.ok_or_else(|| missing(reference, "it has no current key"))
            }
        }
    }
}

/// A reference as it is typed: `env:NAME`, `file:PATH`, `credential:NAME`, or the table of the configuration.
pub(crate) fn parse(text: &str) -> Result<Reference, String> {
    match text.split_once(':') {
        Some(("env", name)) if !name.is_empty() => return Ok(Reference::Env(name.to_owned())),
        Some(("file", path)) if !path.is_empty() => return Ok(Reference::File(PathBuf::from(path))),
        Some(("credential", name)) if !name.is_empty() => return Ok(Reference::Credential(name.to_owned())),
        _ => {}
    }
    let wrapped: Result<Wrapped, _> = toml::from_str(&format!("reference = {text}"));
    wrapped
        .map(|wrapped| wrapped.reference)
        .map_err(|_| "write env:NAME, file:PATH, credential:NAME or a table such as { command = [\"…\"] }".to_owned())
}

/// A reference as a value of a table.
#[derive(serde::Deserialize)]
struct Wrapped {
    reference: Reference,
}

/// Reads a secret from standard input; one newline at its end is dropped.
pub(crate) fn from_stdin() -> Result<SecretValue, Failure> {
    SecretValue::read_from(std::io::stdin().lock()).map_err(|error| {
        Failure::new(FailureKind::Usage, "the value could not be read from standard input")
            .because(&error)
            .hint("pipe it in, or name where it is with --from")
    })
}

fn read(reference: &Reference, path: &Path) -> Result<SecretValue, Failure> {
    let file = std::fs::File::open(path).map_err(|error| missing(reference, "it cannot be opened").because(&error))?;
    value(reference, SecretValue::read_from(file.take(SecretValue::LIMIT as u64 + 1)))
}

/// Where a supervisor puts the credential of this name, if one started us.
pub(crate) fn credential(name: &str) -> Option<PathBuf> {
    let plain = !name.is_empty() && !name.contains(['/', '\0']) && name != "..";
    let folder = std::env::var_os("CREDENTIALS_DIRECTORY").filter(|_| plain);
    folder.map(|folder| PathBuf::from(folder).join(name))
}

fn supervised(reference: &Reference, name: &str) -> Result<PathBuf, Failure> {
    credential(name).ok_or_else(|| missing(reference, "CREDENTIALS_DIRECTORY is not set: this is no systemd service"))
}

/// Runs a program without a shell. What it says on stderr is shown to nobody: it may repeat the secret.
async fn run(reference: &Reference, words: &[String]) -> Result<SecretValue, Failure> {
    let (program, arguments) = words.split_first().ok_or_else(|| missing(reference, "it names no program"))?;
    let mut command = tokio::process::Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| missing(reference, "it cannot be started").because(&error))?;
    let mut bytes = Vec::with_capacity(SecretValue::LIMIT + 1);
    let work = async {
        if let Some(out) = child.stdout.take() {
            out.take(SecretValue::LIMIT as u64 + 1).read_to_end(&mut bytes).await?;
        }
        child.wait().await
    };
    match tokio::time::timeout(LIMIT, work).await {
        Err(_) => Err(missing(reference, "it did not end within 10 seconds")),
        Ok(Err(error)) => Err(missing(reference, "it failed").because(&error)),
        Ok(Ok(status)) if !status.success() => Err(missing(reference, "it ended with an error")),
        Ok(Ok(_)) => value(reference, SecretValue::read_from(bytes.as_slice())),
    }
}

fn value(reference: &Reference, read: Result<SecretValue, keybaton_seal::Error>) -> Result<SecretValue, Failure> {
    match read {
        Ok(value) if value.is_empty() => Err(missing(reference, "it is empty")),
        Ok(value) => Ok(value),
        Err(error) => Err(missing(reference, "it cannot be used").because(&error)),
    }
}

fn missing(reference: &Reference, why: &str) -> Failure {
    Failure::new(FailureKind::Usage, format!("{reference} gives no secret: {why}"))
        .safe("nothing was changed")
        .hint("the configuration says where each secret comes from; `keybaton config show` lists it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_typed_short_or_as_in_the_file() {
        assert_eq!(parse("env:KEY"), Ok(Reference::Env("KEY".to_owned())));
        assert_eq!(parse("{ file = \"a b\" }"), Ok(Reference::File(PathBuf::from("a b"))));
        assert!(parse("sk_live_abc").is_err());
    }
}
