//! How a server is reached: its address, the token, and the roots that its certificate is checked against. All come from
//! flags or from the environment; a token is never an argument.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use keybaton_client::{Address, AddressError};
use keybaton_ports::{Failure, FailureKind};
use keybaton_seal::{AccessToken, SecretValue};

use crate::cli::Global;

/// The variable that names the server where no flag does.
pub(super) const SERVER: &str = "KEYBATON_SERVER";

/// The variable that holds the token where no flag names a file.
pub(crate) const TOKEN: &str = "KEYBATON_TOKEN";

/// The longest file of roots, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;

/// How a server is reached.
pub(super) struct Access {
    pub(super) address: Address,
    pub(super) token: AccessToken,
    /// Certificates that are trusted instead of those of the platform.
    pub(super) roots: Option<Vec<u8>>,
}

impl Access {
    /// What the flags and the environment say; `None` where they name no server.
    pub(super) fn chosen(global: &Global) -> Result<Option<Self>, Failure> {
        let Some(stated) = named(global) else { return alone(global).map(|()| None) };
        let address = stated.parse().map_err(misplaced)?;
        let token = match &global.token_file {
            Some(path) => from_file(path)?,
            None => from_environment()?,
        };
        let roots = global.ca_file.as_deref().map(roots).transpose()?;
        Ok(Some(Self { address, token, roots }))
    }
}

/// The server that a flag names, or the variable where no flag does.
pub(crate) fn named(global: &Global) -> Option<String> {
    global.server.clone().or_else(|| variable(SERVER))
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

/// Flags that are about a server need one.
fn alone(global: &Global) -> Result<(), Failure> {
    let flag = match (&global.token_file, &global.ca_file) {
        (Some(_), _) => "--token-file",
        (None, Some(_)) => "--ca-file",
        (None, None) => return Ok(()),
    };
    Err(usage(format!("{flag} is about a server, and none is named")).hint("name it: --server URL, or KEYBATON_SERVER"))
}

fn from_file(path: &Path) -> Result<AccessToken, Failure> {
    let unread = |error: &dyn std::error::Error| {
        let what = format!("the token file {} cannot be read", path.display());
        usage(what).because(error).hint("--token-file names a file that holds the token and nothing else")
    };
    let file = File::open(path).map_err(|error| unread(&error))?;
    let text = SecretValue::read_from(file.take(SecretValue::LIMIT as u64 + 1)).map_err(|error| unread(&error))?;
    let what = || format!("what {} holds is no whole access token", path.display());
    AccessToken::parse(text).map_err(|_| malformed(what()))
}

fn from_environment() -> Result<AccessToken, Failure> {
    let text = variable(TOKEN).ok_or_else(|| {
        usage("there is no access token for the server").hint(format!(
            "put one into {TOKEN}, or name its file with --token-file; `keybaton token create --operator NAME --all` \
             makes one where the server runs"
        ))
    })?;
    let text = SecretValue::from_text(text).map_err(|_| malformed(format!("{TOKEN} holds no access token")))?;
    AccessToken::parse(text).map_err(|_| malformed(format!("what {TOKEN} holds is no whole access token")))
}

fn roots(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST).read_to_end(&mut bytes));
    read.map(|_| bytes).map_err(|error| {
        usage(format!("the certificates {} cannot be read", PathBuf::from(path).display()))
            .because(&error)
            .hint("--ca-file names a file of certificates in PEM")
    })
}

fn misplaced(error: AddressError) -> Failure {
    usage("the address of the server cannot be used")
        .because(&error)
        .hint("write https://HOST[:PORT], http://127.0.0.1:PORT on this machine, or unix:PATH")
}

/// A checksum that is wrong means that something was cut off or mistyped. What was read is not repeated.
fn malformed(what: String) -> Failure {
    usage(what).hint("a token is `kbt_` and 49 letters and digits, alone; make sure that none is missing")
}

fn usage(what: impl Into<String>) -> Failure {
    Failure::new(FailureKind::Usage, what).safe("nothing was asked of any server")
}
