//! Where a server is, and whether the way to it is encrypted.

use std::path::{Path, PathBuf};

use url::Url;

use crate::build::BuildError;
use crate::host::{bare, is_this_machine};

/// The port where a URL names none.
const PORT: u16 = 6379;

/// Where a server is; it holds no user and no password.
#[derive(Clone, Debug)]
pub(super) struct Address {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) way: Way,
}

/// How the connection is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// In the clear, which is for this machine alone.
    Plain,
    /// By TLS, trusting the public authorities and those of a file.
    Tls(Option<PathBuf>),
}

impl Address {
    /// Reads a URL of the scheme `redis` or `rediss`.
    pub(super) fn parse(at: &str, text: &str, ca_file: Option<&Path>) -> Result<Self, BuildError> {
        let url = Url::parse(text).map_err(|error| BuildError::setting(at, format!("it is no address: {error}")))?;
        refuse(at, &url)?;
        let host = bare(url.host_str().unwrap_or_default()).to_owned();
        let way = if url.scheme() == "rediss" { Way::Tls(ca_file.map(Path::to_owned)) } else { Way::Plain };
        if way == Way::Plain && !is_this_machine(&host) {
            return Err(BuildError::setting(at, "redis:// is for this machine alone: use rediss:// over a network"));
        }
        if way == Way::Plain && ca_file.is_some() {
            return Err(BuildError::setting("ca_file", "the address is redis://, without certificates"));
        }
        Ok(Self { host, port: url.port().unwrap_or(PORT), way })
    }

    /// `host:port`, for words.
    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

fn refuse(at: &str, url: &Url) -> Result<(), BuildError> {
    let what = if !matches!(url.scheme(), "redis" | "rediss") {
        "it starts with rediss:// or redis://"
    } else if url.password().is_some() {
        "a secret never stands in the configuration itself: leave the password out of the address"
    } else if !url.username().is_empty() {
        "leave the user out of the address"
    } else if url.host_str().is_none_or(str::is_empty) {
        "it names no host"
    } else if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        "it is a host and a port, and nothing behind them"
    } else {
        return Ok(());
    };
    Err(BuildError::setting(at, what))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        Address::parse("url", text, None).err().unwrap().to_string()
    }

    #[test]
    fn a_literal_password_is_refused_and_not_repeated() {
        let error = refused("rediss://app:hunter2@cache:6379");
        assert!(error.contains("never stands in the configuration") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn what_is_missing_or_too_much_is_named() {
        assert!(refused("http://cache").contains("rediss://"));
        assert!(refused("rediss://app@cache").contains("user out"));
        assert!(refused("rediss://cache/0").contains("nothing behind"));
        assert!(refused("rediss:///").contains("no host"));
    }

    #[test]
    fn only_this_machine_is_spoken_to_in_the_clear() {
        assert!(refused("redis://cache.example:6379").contains("rediss://"));
        for local in ["redis://localhost", "redis://127.0.0.1:6380/", "redis://[::1]:1"] {
            assert_eq!(Address::parse("url", local, None).unwrap().way, Way::Plain, "{local}");
        }
        let far = Address::parse("url", "rediss://cache.example", Some(Path::new("ca.pem"))).unwrap();
        assert_eq!((far.place().as_str(), far.way), ("cache.example:6379", Way::Tls(Some("ca.pem".into()))));
    }
}
