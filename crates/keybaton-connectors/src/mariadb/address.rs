//! Where a server is and how the connection to it is secured.

use std::path::PathBuf;

use keybaton_seal::SecretValue;
use sqlx::ConnectOptions;
use sqlx::mysql::{MySqlConnectOptions, MySqlSslMode};
use url::Url;

use crate::build::BuildError;
use crate::host::bare;
use crate::sql::TlsSetting;

/// The port where a URL names none.
const PORT: u16 = 3306;

/// Where a server is; it holds no password, which is added for one connection and dropped with it.
pub(super) struct Address {
    options: MySqlConnectOptions,
    named: Option<String>,
}

impl Address {
    /// Reads a URL of the scheme `mysql` or `mariadb`. It has no password, and no parameters: those are settings.
    pub(super) fn parse(at: &str, text: &str) -> Result<Self, BuildError> {
        let url = Url::parse(text).map_err(|error| BuildError::setting(at, format!("it is no address: {error}")))?;
        refuse(at, &url)?;
        let host = bare(url.host_str().unwrap_or_default());
        // No statement of the driver's own runs before ours.
        let mut options = MySqlConnectOptions::new()
            .host(host)
            .port(url.port().unwrap_or(PORT))
            .pipes_as_concat(false)
            .no_engine_substitution(false)
            .timezone(None)
            .set_names(false)
            .statement_cache_capacity(0)
            .disable_statement_logging();
        let database = url.path().trim_matches('/');
        if !database.is_empty() {
            options = options.database(database);
        }
        let named = (!url.username().is_empty()).then(|| url.username().to_owned());
        Ok(Self { options, named })
    }

    /// The same address with its security.
    pub(super) fn secured(mut self, mode: Option<TlsSetting>, ca: Option<&PathBuf>) -> Self {
        let mode = mode.unwrap_or_else(|| TlsSetting::usual(self.options.get_host()));
        self.options = self.options.ssl_mode(match mode {
            TlsSetting::Disable => MySqlSslMode::Disabled,
            TlsSetting::Prefer => MySqlSslMode::Preferred,
            TlsSetting::Require => MySqlSslMode::Required,
            TlsSetting::VerifyCa => MySqlSslMode::VerifyCa,
            TlsSetting::VerifyFull => MySqlSslMode::VerifyIdentity,
        });
        if let Some(ca) = ca {
            self.options = self.options.ssl_ca(ca);
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
    pub(super) fn login(&self, user: &str, value: &SecretValue) -> Option<MySqlConnectOptions> {
        let password = std::str::from_utf8(value.expose()).ok()?;
        Some(self.options.clone().username(user).password(password))
    }
}

fn refuse(at: &str, url: &Url) -> Result<(), BuildError> {
    let what = if !matches!(url.scheme(), "mysql" | "mariadb") {
        "it starts with mysql://"
    } else if url.password().is_some() {
        "a secret never stands in the configuration itself: leave the password out of the address"
    } else if url.host_str().is_none_or(str::is_empty) {
        "it names no host"
    } else if url.username().contains('%') {
        "the user has characters that a URL escapes"
    } else if url.query().is_some() || url.fragment().is_some() {
        "it has parameters: sslmode, ca_file and timeout are settings of their own"
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
    fn what_does_not_belong_is_named_and_a_password_is_not_repeated() {
        let error = refused("mysql://admin:hunter2@db/app");
        assert!(error.contains("never stands in the configuration") && !error.contains("hunter2"), "{error}");
        assert!(refused("postgres://admin@db/app").contains("mysql://"));
        assert!(refused("mysql://admin@db/app?ssl-mode=disabled").contains("settings of their own"));
    }

    #[test]
    fn the_network_is_verified_and_this_machine_is_not() {
        let mode = |text: &str| Address::parse("url", text).unwrap().secured(None, None).options.get_ssl_mode();
        assert!(matches!(mode("mysql://admin@db.example:3307"), MySqlSslMode::VerifyIdentity));
        for local in ["mysql://localhost", "mysql://127.0.0.1:3307/app", "mysql://[::1]:3307"] {
            assert!(matches!(mode(local), MySqlSslMode::Preferred), "{local}");
        }
    }
}
