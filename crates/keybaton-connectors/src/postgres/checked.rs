//! The settings of an issuer, checked as a whole and without any secret.

use std::time::Duration;

use keybaton_core::sheet::{Addressing, Chooser};
use keybaton_ports::{Draw, IssuerTraits};

use super::address::Address;
use super::choice::MOST;
use super::crew::Crew;
use super::settings::IssuerSettings;
use crate::build::BuildError;
use crate::duration::words;

/// Checked settings.
pub(super) struct Checked {
    pub(super) address: Address,
    pub(super) user: String,
    pub(super) crew: Crew,
    pub(super) traits: IssuerTraits,
}

impl Checked {
    pub(super) fn new(settings: &IssuerSettings) -> Result<Self, BuildError> {
        let address = Address::parse("url", &settings.url)?.secured(settings.sslmode, settings.ca.as_ref());
        let named = || BuildError::setting("url", "it names no user, as in postgres://keybaton@db:5432/app");
        let user = address.user().ok_or_else(named)?.to_owned();
        let crew = Crew::new(&settings.owner, settings.members.as_ref(), &user)?;
        Ok(Self { address, user, crew, traits: traits(settings)? })
    }
}

fn traits(settings: &IssuerSettings) -> Result<IssuerTraits, BuildError> {
    let IssuerSettings { timeout, propagation, .. } = *settings;
    let quiescence = settings.quiescence.unwrap_or(timeout * 3);
    timed(timeout)?;
    if quiescence < timeout {
        let what = format!("{} is below timeout = {}: a COMMIT may land that long", words(quiescence), words(timeout));
        return Err(BuildError::setting("quiescence", what));
    }
    Ok(IssuerTraits {
        max_credentials: u32::try_from(MOST).ok(),
        chooser: Chooser::Us,
        addressing: Addressing::Again,
        draw: Draw::DEFAULT,
        last_used_lag: None,
        propagation,
        quiescence,
        timeout,
    })
}

/// Checks that a call has time at all.
pub(super) fn timed(timeout: Duration) -> Result<(), BuildError> {
    if timeout.is_zero() {
        return Err(BuildError::setting("timeout", "no call ends in no time"));
    }
    Ok(())
}
