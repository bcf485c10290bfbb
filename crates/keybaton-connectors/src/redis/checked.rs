//! The settings of an issuer, checked as a whole and without any secret.

use keybaton_core::sheet::{Addressing, Chooser};
use keybaton_ports::{Draw, IssuerTraits};

use super::address::Address;
use super::identity::is_name;
use super::settings::{IssuerSettings, RevokeSetting};
use crate::build::BuildError;
use crate::timing;

/// Checked settings.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) address: Address,
    pub(super) mode: Mode,
    pub(super) traits: IssuerTraits,
}

/// What a credential is.
#[derive(Clone, Debug)]
pub(super) enum Mode {
    /// One of the passwords of a user.
    One { user: String, on_revoke: RevokeSetting },
    /// One of two users.
    Two { users: [String; 2] },
}

impl Checked {
    pub(super) fn new(settings: &IssuerSettings) -> Result<Self, BuildError> {
        let address = Address::parse("url", &settings.url, settings.ca_file.as_deref())?;
        let mode = mode(settings)?;
        let traits = traits(settings, &mode)?;
        Ok(Self { address, mode, traits })
    }
}

fn mode(settings: &IssuerSettings) -> Result<Mode, BuildError> {
    let mode = match (&settings.user, &settings.users) {
        (Some(user), None) => {
            let on_revoke = settings.on_revoke.unwrap_or(RevokeSetting::KeepConnections);
            Mode::One { user: named("user", user, settings)?, on_revoke }
        }
        (None, Some([a, b])) if a == b => {
            return Err(BuildError::setting("users", "logins alternate between two different users"));
        }
        (None, Some([a, b])) => Mode::Two { users: [named("users", a, settings)?, named("users", b, settings)?] },
        _ => return Err(BuildError::setting("user", "it is either `user` or `users`, and one of them is needed")),
    };
    if matches!(mode, Mode::Two { .. }) && settings.on_revoke.is_some() {
        let what = "the connections of a user of `users` are ended when it is revoked: it belongs to `user`";
        return Err(BuildError::setting("on_revoke", what));
    }
    Ok(mode)
}

fn named(at: &str, name: &str, settings: &IssuerSettings) -> Result<String, BuildError> {
    if !is_name(name) {
        let what = format!("{name:?} is no name of a user: it has 1 to 128 bytes and no white space");
        return Err(BuildError::setting(at, what));
    }
    if name == settings.auth.user {
        return Err(BuildError::setting(at, format!("{name} is the user that keybaton itself logs in as")));
    }
    Ok(name.to_owned())
}

fn traits(settings: &IssuerSettings, mode: &Mode) -> Result<IssuerTraits, BuildError> {
    let IssuerSettings { timeout, propagation, .. } = *settings;
    let quiescence = timing::quiescence(timeout, settings.quiescence, "a command")?;
    let (max_credentials, addressing) = match mode {
        Mode::One { .. } => (None, Addressing::Once),
        Mode::Two { .. } => (Some(2), Addressing::Again),
    };
    Ok(IssuerTraits {
        max_credentials,
        chooser: Chooser::Us,
        addressing,
        draw: Draw::DEFAULT,
        last_used_lag: None,
        propagation,
        quiescence,
        timeout,
    })
}
