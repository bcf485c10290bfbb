//! The settings of an issuer, checked as a whole and without any secret.

use keybaton_core::sheet::{Addressing, Chooser};
use keybaton_ports::{Draw, IssuerTraits};

use super::base::Base;
use super::extract::Path;
use super::list::List;
use super::request::Request;
use super::settings::{CallSettings, CreateSettings, IssuerSettings};
use super::template::{ENV, ID, LABEL, SECRET, VALUE};
use crate::build::BuildError;
use crate::duration::words;

/// Checked settings.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) base: Base,
    pub(super) traits: IssuerTraits,
    pub(super) create: Making,
    pub(super) list: Option<List>,
    pub(super) switch: Option<Switch>,
    pub(super) revoke: Request,
    pub(super) gone: Vec<u16>,
}

/// How a credential is made, and where the answer has it.
#[derive(Debug)]
pub(super) struct Making {
    pub(super) request: Request,
    pub(super) id: Path,
    /// `None` where we choose the value.
    pub(super) value: Option<Path>,
}

/// How a credential is switched off and on.
#[derive(Debug)]
pub(super) struct Switch {
    pub(super) disable: Request,
    pub(super) enable: Request,
}

/// What a request about one credential knows.
const ABOUT_ONE: [&str; 3] = [ID, SECRET, ENV];

impl Checked {
    pub(super) fn new(settings: &IssuerSettings) -> Result<Self, BuildError> {
        let create = Making::new(&settings.create)?;
        let list = settings.list.as_ref().map(List::new).transpose()?;
        let traits = traits(settings, &create, list.as_ref())?;
        settings.auth.iter().try_for_each(super::auth::Auth::check)?;
        let checked = Self {
            base: Base::new("base", &settings.base)?,
            traits,
            create,
            list,
            switch: Switch::new(settings.disable.as_ref(), settings.enable.as_ref())?,
            revoke: Request::new("revoke", &settings.revoke.call(), &ABOUT_ONE)?,
            gone: statuses("revoke.gone", &settings.revoke.gone)?,
        };
        Ok(checked)
    }
}

impl Making {
    fn new(settings: &CreateSettings) -> Result<Self, BuildError> {
        let request = Request::new("create", &settings.call(), &[LABEL, SECRET, ENV, VALUE])?;
        let value = settings.value.as_ref().map(|path| Path::new("create.value", path)).transpose()?;
        match (request.uses_value(), &value) {
            (true, Some(_)) => Err(BuildError::setting(
                "create.value",
                "the request sends {{ value }}, so keybaton chooses the value and reads none from the answer",
            )),
            (false, None) => Err(BuildError::setting(
                "create.value",
                "where is the new value? A JSONPath of the answer, or {{ value }} in the request where keybaton chooses it",
            )),
            (true, None) | (false, Some(_)) => Ok(Self { request, id: Path::new("create.id", &settings.id)?, value }),
        }
    }
}

impl Switch {
    fn new(disable: Option<&CallSettings>, enable: Option<&CallSettings>) -> Result<Option<Self>, BuildError> {
        let missing = |at: &str| Err(BuildError::setting(at, "disable and enable go together: one undoes the other"));
        match (disable, enable) {
            (None, None) => Ok(None),
            (Some(_), None) => missing("enable"),
            (None, Some(_)) => missing("disable"),
            (Some(disable), Some(enable)) => Ok(Some(Self {
                disable: Request::new("disable", &disable.call(), &ABOUT_ONE)?,
                enable: Request::new("enable", &enable.call(), &ABOUT_ONE)?,
            })),
        }
    }
}

fn traits(settings: &IssuerSettings, create: &Making, list: Option<&List>) -> Result<IssuerTraits, BuildError> {
    let IssuerSettings { timeout, propagation, .. } = *settings;
    let quiescence = settings.quiescence.unwrap_or(timeout * 3);
    if timeout.is_zero() {
        return Err(BuildError::setting("timeout", "no call ends in no time"));
    }
    if quiescence < timeout {
        let what = format!("{} is below timeout = {}: a request may land that long", words(quiescence), words(timeout));
        return Err(BuildError::setting("quiescence", what));
    }
    if settings.max_credentials == Some(0) {
        return Err(BuildError::setting("max_credentials", "an issuer without room for a credential is none"));
    }
    Ok(IssuerTraits {
        max_credentials: settings.max_credentials,
        chooser: if create.value.is_some() { Chooser::Issuer } else { Chooser::Us },
        addressing: Addressing::Once,
        draw: Draw::DEFAULT,
        // The settings name no lag of their own: what is late at the issuer is late by its propagation.
        last_used_lag: list.filter(|list| list.tells_last_use()).map(|_| propagation),
        propagation,
        quiescence,
        timeout,
    })
}

/// Checks that each of them is a status of HTTP.
pub(super) fn statuses(at: &str, statuses: &[u16]) -> Result<Vec<u16>, BuildError> {
    match statuses.iter().find(|status| !(200..=599).contains(*status)) {
        None => Ok(statuses.to_vec()),
        Some(status) => Err(BuildError::setting(at, format!("{status} is no final status of HTTP"))),
    }
}
