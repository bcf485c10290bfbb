//! Where keybaton is: `https://…`, `http://` on loopback, or `unix:/path`.

use std::path::{Path, PathBuf};

use keybaton_types::SecretId;
use url::{Host, Url};

use crate::Error;

/// Where keybaton is.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    base: String,
    socket: Option<PathBuf>,
}

impl Address {
    pub(crate) fn parse(server: &str) -> Result<Self, Error> {
        if let Some(path) = server.strip_prefix("unix:") {
            return Self::socket_at(server, Path::new(path));
        }
        let refuse = |why| Error::Server { server: shown(server), why };
        let url = Url::parse(server).map_err(|_| refuse("it is no URL"))?;
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
            return Err(refuse("it may have no user, password, query or fragment"));
        }
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(refuse("plain http is for loopback only")),
            _ => return Err(refuse("it starts with neither https:// nor http:// nor unix:")),
        }
        Ok(Self { base: url.as_str().trim_end_matches('/').to_owned(), socket: None })
    }

    fn socket_at(server: &str, path: &Path) -> Result<Self, Error> {
        if !path.is_absolute() {
            return Err(Error::Server { server: shown(server), why: "the path of a unix socket is absolute" });
        }
        Ok(Self { base: "http://localhost".to_owned(), socket: Some(path.to_owned()) })
    }

    pub(crate) fn socket(&self) -> Option<&Path> {
        self.socket.as_deref()
    }

    /// Whether it is reached without TLS.
    pub(crate) fn is_plain(&self) -> bool {
        self.base.starts_with("http://")
    }

    /// The URL of a secret, with more behind it. Names need no escaping.
    pub(crate) fn of(&self, id: &SecretId, rest: &str) -> String {
        format!("{}/v1/secrets/{id}{rest}", self.base)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// An address without what may be secret in it.
fn shown(server: &str) -> String {
    let rest = server.split_once("://").map_or(server, |(_, rest)| rest);
    match rest.split_once('@') {
        Some((_, host)) => format!("…@{}", host.split('?').next().unwrap_or_default()),
        None => server.split('?').next().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_loopback_and_sockets_are_taken() {
        let id = "payments/prod".parse().unwrap();
        for (server, url) in [
            ("https://keys.example", "https://keys.example/v1/secrets/payments/prod"),
            ("https://keys.example/base/", "https://keys.example/base/v1/secrets/payments/prod"),
            ("http://127.0.0.1:7730", "http://127.0.0.1:7730/v1/secrets/payments/prod"),
            ("http://[::1]:7730", "http://[::1]:7730/v1/secrets/payments/prod"),
            ("unix:/run/keybaton/agent.sock", "http://localhost/v1/secrets/payments/prod"),
        ] {
            assert_eq!(Address::parse(server).unwrap().of(&id, ""), url);
        }
    }

    #[test]
    fn other_addresses_are_refused_without_what_may_be_secret_in_them() {
        for server in [
            "http://keys.example",
            "ftp://a",
            "keys.example",
            "unix:relative",
            "https://u:hunter2@a",
            "https://a?t=hunter2",
        ] {
            let error = Address::parse(server).unwrap_err().to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
