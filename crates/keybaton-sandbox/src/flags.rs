//! The flags of the binary and how they become options. Values of keys and the admin's token never are flags.

use std::ffi::OsString;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use clap::Parser;
use jiff::SignedDuration;
use keybaton_sandbox::{Dialect, InitialKey, Options};

const TOKEN_VARIABLE: &str = "SANDBOX_ADMIN_TOKEN";

/// A stranger's API on loopback with true 401s and fault switches
#[derive(Parser)]
#[command(name = "keybaton-sandbox", version)]
pub(crate) struct Flags {
    /// The loopback address and port; port 0 picks a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))]
    listen: SocketAddr,

    /// How the admin API talks: acme, nested or array
    #[arg(long, default_value_t)]
    dialect: Dialect,

    /// The file with the admin's token; without it the variable `SANDBOX_ADMIN_TOKEN` is read
    #[arg(long, value_name = "PATH")]
    admin_token_file: Option<PathBuf>,

    /// A key that is three years old, and the file with its value; may be repeated
    #[arg(long = "key", value_name = "ID=FILE")]
    keys: Vec<KeyFlag>,

    /// How many keys fit
    #[arg(long, value_name = "N")]
    max: Option<usize>,

    /// How long a new key is refused
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = duration)]
    propagation: Duration,

    /// How long a disabled or destroyed key is still accepted
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = duration)]
    revoke_lag: Duration,

    /// How many keys a page of the list holds
    #[arg(long, value_name = "N", default_value_t = 100)]
    page_size: usize,
}

#[derive(Clone)]
struct KeyFlag {
    id: String,
    file: PathBuf,
}

impl Flags {
    /// Reads the files and the variable.
    pub(crate) fn into_options(self) -> io::Result<Options> {
        let token = admin_token(self.admin_token_file.as_deref(), std::env::var_os(TOKEN_VARIABLE))?;
        let initial: io::Result<Vec<_>> = self.keys.into_iter().map(KeyFlag::read).collect();
        Ok(Options {
            listen: self.listen,
            dialect: self.dialect,
            max_credentials: self.max,
            propagation: self.propagation,
            revoke_lag: self.revoke_lag,
            page_size: self.page_size,
            initial: initial?,
            ..Options::new(token)
        })
    }
}

impl FromStr for KeyFlag {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((id, file)) if !id.is_empty() && !file.is_empty() => {
                Ok(Self { id: id.to_owned(), file: PathBuf::from(file) })
            }
            _ => Err("a key is given as ID=FILE"),
        }
    }
}

impl KeyFlag {
    fn read(self) -> io::Result<InitialKey> {
        Ok(InitialKey::new(self.id, secret_in(&self.file)?))
    }
}

fn admin_token(file: Option<&Path>, variable: Option<OsString>) -> io::Result<String> {
    match (file, variable) {
        (Some(file), _) => secret_in(file),
        (None, Some(token)) => token.into_string().map_err(|_| invalid(format!("{TOKEN_VARIABLE} is not UTF-8"))),
        (None, None) => Err(invalid(format!("no admin token: give --admin-token-file or set {TOKEN_VARIABLE}"))),
    }
}

/// Reads a file without one newline at its end.
fn secret_in(file: &Path) -> io::Result<String> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| io::Error::new(error.kind(), format!("failed to read {}: {error}", file.display())))?;
    let value = text.strip_suffix('\n').map_or(&*text, |text| text.strip_suffix('\r').unwrap_or(text));
    if value.is_empty() { Err(invalid(format!("{} is empty", file.display()))) } else { Ok(value.to_owned()) }
}

fn duration(text: &str) -> Result<Duration, String> {
    let signed: SignedDuration = text.parse().map_err(|error: jiff::Error| error.to_string())?;
    Duration::try_from(signed).map_err(|_| "a duration is not negative".to_owned())
}

fn invalid(words: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, words)
}
