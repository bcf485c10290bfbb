//! The settings of an issuer, checked as a whole and without any secret.

use keybaton_core::sheet::{Addressing, Chooser};
use keybaton_ports::{Draw, IssuerTraits};

use super::address::Address;
use super::choice::MOST;
use super::crew::Crew;
use super::settings::IssuerSettings;
use crate::build::BuildError;
use crate::timing;

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
    let quiescence = timing::quiescence(timeout, settings.quiescence, "a COMMIT")?;
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
