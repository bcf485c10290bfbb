//! The settings of an issuer, checked as a whole and without any secret.

use keybaton_core::sheet::{Addressing, Chooser};
use keybaton_ports::{Draw, IssuerTraits};
use keybaton_types::IssuedId;

use super::address::Address;
use super::quote::Account;
use super::settings::IssuerSettings;
use crate::build::BuildError;
use crate::digest_id::user_of;
use crate::timing;

/// How many credentials live at once.
pub(super) const MOST: usize = 2;

/// Checked settings.
pub(super) struct Checked {
    pub(super) address: Address,
    pub(super) user: String,
    pub(super) mode: Mode,
    pub(super) traits: IssuerTraits,
}

/// What a credential is.
#[derive(Clone, Debug)]
pub(super) enum Mode {
    /// One of the passwords of an account.
    One(Account),
    /// One of two accounts.
    Two([Account; 2]),
}

impl Checked {
    pub(super) fn new(settings: &IssuerSettings) -> Result<Self, BuildError> {
        let address = Address::parse("url", &settings.url)?.secured(settings.sslmode, settings.ca_file.as_ref());
        let named = || BuildError::setting("url", "it names no user, as in mysql://keybaton@db:3306");
        let user = address.user().ok_or_else(named)?.to_owned();
        let mode = mode(settings, &user)?;
        let traits = traits(settings, &mode)?;
        Ok(Self { address, user, mode, traits })
    }
}

fn mode(settings: &IssuerSettings, own: &str) -> Result<Mode, BuildError> {
    let account = |at: &str, user: &str| account(at, user, &settings.host, own);
    match (&settings.account, &settings.accounts) {
        (Some(user), None) => Ok(Mode::One(account("account", user)?)),
        (None, Some([a, b])) if a == b => {
            Err(BuildError::setting("accounts", "logins alternate between two different accounts"))
        }
        (None, Some([a, b])) => Ok(Mode::Two([account("accounts", a)?, account("accounts", b)?])),
        _ => Err(BuildError::setting("account", "it is either `account` or `accounts`, and one of them is needed")),
    }
}

fn account(at: &str, user: &str, host: &str, own: &str) -> Result<Account, BuildError> {
    if user == own {
        return Err(BuildError::setting(at, format!("{user} is the user that keybaton itself logs in as")));
    }
    let plain = user_of(&IssuedId::from(user)) == user;
    let what = || format!("{user:?} at {host:?} is no account: names have 1 to 128 characters, and no control ones");
    Account::new(user, host).filter(|_| plain).ok_or_else(|| BuildError::setting(at, what()))
}

fn traits(settings: &IssuerSettings, mode: &Mode) -> Result<IssuerTraits, BuildError> {
    let IssuerSettings { timeout, propagation, .. } = *settings;
    let quiescence = timing::quiescence(timeout, settings.quiescence, "a statement")?;
    let addressing = match mode {
        Mode::One(_) => Addressing::Once,
        Mode::Two(_) => Addressing::Again,
    };
    Ok(IssuerTraits {
        max_credentials: u32::try_from(MOST).ok(),
        chooser: Chooser::Us,
        addressing,
        draw: Draw::DEFAULT,
        last_used_lag: None,
        propagation,
        quiescence,
        timeout,
    })
}
