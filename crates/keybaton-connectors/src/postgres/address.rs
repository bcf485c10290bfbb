//! Where a server is and how the connection to it is secured.

use std::path::PathBuf;

use keybaton_seal::SecretValue;
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use url::Url;

use crate::build::BuildError;
use crate::host::bare;
use crate::sql::TlsSetting;

/// Where a server is; it holds no password, which is added for one connection and dropped with it.
pub(super) struct Address {
    options: PgConnectOptions,
    named: Option<String>,
}

impl Address {
    /// Reads a URL, with or without its scheme. It has no password, and no parameters: those are settings.
    pub(super) fn parse(at: &str, text: &str) -> Result<Self, BuildError> {
        let whole = if text.contains("://") { text.to_owned() } else { format!("postgres://{text}") };
        let url = Url::parse(&whole).map_err(|error| BuildError::setting(at, format!("it is no address: {error}")))?;
        refuse(at, &url)?;
        let named = (!url.username().is_empty()).then(|| url.username().to_owned());
        let options = PgConnectOptions::from_url(&url);
        let options = options.map_err(|error| BuildError::setting(at, format!("it is no address: {error}")))?;
        let host = bare(options.get_host()).to_owned();
        let options = options.host(&host).application_name("keybaton").disable_statement_logging();
        let named = named.map(|_| options.get_username().to_owned());
        Ok(Self { options, named })
    }

    /// The same address with its security.
    pub(super) fn secured(mut self, mode: Option<TlsSetting>, ca: Option<&PathBuf>) -> Self {
        let mode = mode.unwrap_or_else(|| self.usual());
        self.options = self.options.ssl_mode(match mode {
            TlsSetting::Disable => PgSslMode::Disable,
            TlsSetting::Prefer => PgSslMode::Prefer,
            TlsSetting::Require => PgSslMode::Require,
            TlsSetting::VerifyCa => PgSslMode::VerifyCa,
            TlsSetting::VerifyFull => PgSslMode::VerifyFull,
        });
        if let Some(ca) = ca {
            self.options = self.options.ssl_root_cert(ca);
        }
        self
    }

    /// The user, where the URL names one.
    pub(super) fn user(&self) -> Option<&str> {
        self.named.as_deref()
    }

    /// `host:port`, for words.
    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.options.get_host(), self.options.get_port())
    }

    /// Everything that one connection needs; `None` where the value is no text. The driver copies the password into
    /// memory that it does not wipe, and keeps it for as long as these options live.
    #[expect(clippy::disallowed_methods, reason = "the driver logs in with the value")]
    pub(super) fn login(&self, user: &str, value: &SecretValue) -> Option<PgConnectOptions> {
        let password = std::str::from_utf8(value.expose()).ok()?;
        Some(self.options.clone().username(user).password(password))
    }

    /// A socket is a file of this machine.
    fn usual(&self) -> TlsSetting {
        let socket = self.options.get_socket().map(|_| TlsSetting::Prefer);
        socket.unwrap_or_else(|| TlsSetting::usual(self.options.get_host()))
    }
}

fn refuse(at: &str, url: &Url) -> Result<(), BuildError> {
    let what = if !matches!(url.scheme(), "postgres" | "postgresql") {
        "it starts with postgres://"
    } else if url.password().is_some() {
        "a secret never stands in the configuration itself: leave the password out of the address"
    } else if url.host_str().is_none_or(str::is_empty) {
        "it names no host"
    } else if url.path().trim_matches('/').is_empty() {
        "it names no database, as in postgres://db:5432/app"
    } else if url.query().is_some() || url.fragment().is_some() {
        "it has parameters: sslmode, ca and timeout are settings of their own"
    } else {
        return Ok(());
    };
    Err(BuildError::setting(at, what))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        Address::parse("url", text).err().unwrap().to_string()
    }

    #[test]
    fn a_literal_password_is_refused_and_not_repeated() {
        let error = refused("postgres://admin:hunter2@db/app");
        assert!(error.contains("never stands in the configuration") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn what_is_missing_or_too_much_is_named() {
        assert!(refused("postgres://admin@db").contains("names no database"));
        assert!(refused("postgres:///app").contains("names no host"));
        assert!(refused("mysql://admin@db/app").contains("postgres://"));
        assert!(refused("postgres://admin@db/app?sslmode=disable").contains("settings of their own"));
    }

    #[test]
    fn the_network_is_verified_and_this_machine_is_not() {
        let mode = |text: &str| {
            let options = Address::parse("url", text).unwrap().secured(None, None).options;
            options.get_ssl_mode()
        };
        assert!(matches!(mode("postgres://admin@db.example:6432/app"), PgSslMode::VerifyFull));
        for local in ["localhost/app", "127.0.0.1:5433/app", "postgres://[::1]:5433/app"] {
            assert!(matches!(mode(local), PgSslMode::Prefer), "{local}");
        }
    }

    #[test]
    fn the_user_is_the_one_of_the_address_alone() {
        assert_eq!(Address::parse("url", "db/app").unwrap().user(), None);
        let named = Address::parse("url", "postgres://key%20baton@db:1/app").unwrap();
        assert_eq!((named.user(), named.place().as_str()), (Some("key baton"), "db:1"));
    }
}
