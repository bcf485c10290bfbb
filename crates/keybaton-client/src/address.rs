//! Where keybaton is: `https://…`, `http://` on this machine, or `unix:/path`. The client and the command line read it here.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use url::{Host, Url};

/// The origin that stands in requests over a socket: this machine.
const SOCKET: &str = "http://localhost";

/// Where keybaton is: a server, or an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// Over TCP: with TLS, or on this machine.
    Url(Url),
    /// A socket of the file system.
    Socket(PathBuf),
}

/// Why a text is not the address of a server. The text is not repeated: it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is neither a URL nor `unix:PATH`.
    #[error("it is no address of a server")]
    Form,
    /// It has a user, a query or a fragment.
    #[error("it has a user, a password, a query or a fragment")]
    Extras,
    /// It is plain HTTP to another machine.
    #[error("plain http goes to this machine only: a token would be read on the way")]
    Plain,
    /// The path of the socket depends on where the program was started.
    #[error("the path of a unix socket is absolute")]
    Relative,
}

impl Address {
    /// The URL of a path, such as `/v1/status`, there; `None` if the path has something that no URL has.
    pub fn at(&self, path: &str) -> Option<Url> {
        self.text_of(path).parse().ok()
    }

    /// The same as text, for paths that need no escaping.
    pub(crate) fn text_of(&self, path: &str) -> String {
        match self {
            Self::Url(url) => format!("{}{path}", bare(url)),
            Self::Socket(_) => format!("{SOCKET}{path}"),
        }
    }

    /// The path of the socket, if it is one.
    pub fn socket(&self) -> Option<&Path> {
        match self {
            Self::Url(_) => None,
            Self::Socket(path) => Some(path),
        }
    }

    /// Whether it is reached without TLS.
    pub(crate) fn is_plain(&self) -> bool {
        match self {
            Self::Url(url) => url.scheme() == "http",
            Self::Socket(_) => true,
        }
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if let Some(path) = text.strip_prefix("unix:") {
            return socket(Path::new(path));
        }
        let url: Url = text.parse().map_err(|_| AddressError::Form)?;
        if !url.has_host() {
            return Err(AddressError::Form);
        }
        if !url.username().is_empty() || url.password().is_some() || url.query().or(url.fragment()).is_some() {
            return Err(AddressError::Extras);
        }
        match url.scheme() {
            "https" => Ok(Self::Url(url)),
            "http" if is_here(&url) => Ok(Self::Url(url)),
            "http" => Err(AddressError::Plain),
            _ => Err(AddressError::Form),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url) => f.write_str(bare(url)),
            Self::Socket(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

fn socket(path: &Path) -> Result<Address, AddressError> {
    match path {
        path if path.as_os_str().is_empty() => Err(AddressError::Form),
        path if path.is_absolute() => Ok(Address::Socket(path.to_owned())),
        _ => Err(AddressError::Relative),
    }
}

/// Without the slash at its end.
fn bare(url: &Url) -> &str {
    url.as_str().trim_end_matches('/')
}

/// Whether a host is this machine.
fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_goes_to_this_machine_only() {
        for text in ["http://127.0.0.1:7730", "http://localhost:7730/", "http://[::1]:7730", "http://127.8.9.1"] {
            assert!(text.parse::<Address>().is_ok(), "{text}");
        }
        for text in ["http://10.0.0.1:7730", "http://keybaton.example", "http://localhost.example", "http://[::2]"] {
            assert_eq!(text.parse::<Address>(), Err(AddressError::Plain), "{text}");
        }
        assert!("https://keybaton.example/prefix/".parse::<Address>().is_ok());
    }

    #[test]
    fn an_address_holds_no_password_and_is_not_repeated() {
        for text in ["https://me:s3cret@keybaton.example", "https://keybaton.example?token=s3cret", "https://a/#s3cret"]
        {
            let error = text.parse::<Address>().unwrap_err();
            assert_eq!(error, AddressError::Extras, "{text}");
            assert!(!error.to_string().contains("s3cret"));
        }
        for text in ["", "keybaton.example", "unix:", "ftp://keybaton.example", "127.0.0.1:7730", "data:x"] {
            assert_eq!(text.parse::<Address>(), Err(AddressError::Form), "{text}");
        }
        assert_eq!("unix:agent.sock".parse::<Address>(), Err(AddressError::Relative));
    }

    #[test]
    fn a_path_is_put_behind_the_prefix() {
        let at = |text: &str| text.parse::<Address>().unwrap().at("/v1/status").unwrap().to_string();
        assert_eq!(at("https://keybaton.example"), "https://keybaton.example/v1/status");
        assert_eq!(at("https://keybaton.example/kb/"), "https://keybaton.example/kb/v1/status");
        assert_eq!(at("http://[::1]:7730"), "http://[::1]:7730/v1/status");
        assert_eq!(at("unix:/run/keybaton.sock"), "http://localhost/v1/status");
    }

    #[test]
    fn an_address_is_shown_as_it_was_written() {
        for text in ["https://keybaton.example/kb", "unix:/run/keybaton/agent.sock"] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
    }
}
