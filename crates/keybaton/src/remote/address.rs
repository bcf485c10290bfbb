//! Where a server is: an `https` URL, plain `http` on this machine, or a socket of the file system.

use std::{fmt, net::IpAddr, path::PathBuf, str::FromStr};

use reqwest::Url;

/// Where a server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// Over TCP. The path, if there is one, ends without a slash.
    Url(Url),
    /// A socket of the file system.
    Unix(PathBuf),
}

/// Why a text is not the address of a server. The text is not repeated: it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AddressError {
    /// It is neither a URL nor `unix:PATH`.
    Form,
    /// It has a user, a query or a fragment.
    Extras,
    /// It is plain HTTP to another machine.
    Plain,
}

impl Address {
    /// The URL of a path on this server.
    pub(super) fn at(&self, path: &str) -> Option<Url> {
        match self {
            Self::Url(url) => format!("{}{path}", url.as_str().trim_end_matches('/')).parse().ok(),
            // The host of a socket is this machine.
            Self::Unix(_) => format!("http://localhost{path}").parse().ok(),
        }
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if let Some(path) = text.strip_prefix("unix:") {
            return if path.is_empty() { Err(AddressError::Form) } else { Ok(Self::Unix(PathBuf::from(path))) };
        }
        let url: Url = text.parse().map_err(|_| AddressError::Form)?;
        let Some(host) = url.host_str() else { return Err(AddressError::Form) };
        if !url.username().is_empty() || url.password().is_some() || url.query().or(url.fragment()).is_some() {
            return Err(AddressError::Extras);
        }
        match url.scheme() {
            "https" => Ok(Self::Url(url)),
            "http" if is_here(host) => Ok(Self::Url(url)),
            "http" => Err(AddressError::Plain),
            _ => Err(AddressError::Form),
        }
    }
}

/// Whether a host is this machine.
fn is_here(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url) => f.write_str(url.as_str().trim_end_matches('/')),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "it is no address of a server",
            Self::Extras => "it has a user, a password, a query or a fragment",
            Self::Plain => "plain http goes to this machine only: a token would be read on the way",
        })
    }
}

impl std::error::Error for AddressError {}

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
    }

    #[test]
    fn a_path_is_put_behind_the_prefix() {
        let at = |text: &str| text.parse::<Address>().unwrap().at("/v1/status").unwrap().to_string();
        assert_eq!(at("https://keybaton.example"), "https://keybaton.example/v1/status");
        assert_eq!(at("https://keybaton.example/kb/"), "https://keybaton.example/kb/v1/status");
        assert_eq!(at("unix:/run/keybaton.sock"), "http://localhost/v1/status");
    }
}
