//! The settings of an issuer, checked as a whole and without any secret.

use keybaton_core::plan::Risk;
use keybaton_core::sheet::{Addressing, Chooser};
use keybaton_ports::{Draw, IssuerTraits};

use super::extract::Path;
use super::extras;
use super::known::Known;
use super::list::List;
use super::request::Request;
use super::settings::{CallSettings, CreateSettings, IssuerSettings};
use super::template::{ENV, Escape, ID, LABEL, SECRET, Template, VALUE, Variables};
use crate::build::BuildError;
use crate::timing;
use crate::web::Base;

/// Checked settings.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) base: Base,
    pub(super) traits: IssuerTraits,
    pub(super) create: Making,
    pub(super) list: Option<List>,
    pub(super) switch: Option<Switch>,
    pub(super) revoke: Request,
    /// What comes before a revoke.
    pub(super) before: Option<Request>,
    pub(super) gone: Vec<u16>,
    pub(super) cautions: Vec<Risk>,
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
        let known = extras::known(settings)?;
        let create = Making::new(&settings.create, &known)?;
        let list = settings.list.as_ref().map(|list| List::new(list, &known)).transpose()?;
        let traits = traits(settings, &create, list.as_ref())?;
        let first = settings.revoke.first.as_ref();
        settings.auth.iter().try_for_each(super::auth::Auth::check)?;
        let checked = Self {
            base: base(settings, &known)?,
            traits,
            cautions: cautions(settings, &create, list.as_ref()),
            create,
            list,
            switch: Switch::new(settings.disable.as_ref(), settings.enable.as_ref(), &known.and(&ABOUT_ONE))?,
            revoke: Request::new("revoke", &settings.revoke.call(), &known.and(&ABOUT_ONE))?,
            before: first.map(|call| Request::new("revoke.first", &call.call(), &known.and(&ABOUT_ONE))).transpose()?,
            gone: statuses("revoke.gone", &settings.revoke.gone)?,
        };
        Ok(checked)
    }
}

impl Making {
    fn new(settings: &CreateSettings, known: &Known<'_>) -> Result<Self, BuildError> {
        let request = Request::new("create", &settings.call(), &known.and(&[LABEL, SECRET, ENV, VALUE]))?;
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
    fn new(
        disable: Option<&CallSettings>,
        enable: Option<&CallSettings>,
        known: &Known<'_>,
    ) -> Result<Option<Self>, BuildError> {
        let missing = |at: &str| Err(BuildError::setting(at, "disable and enable go together: one undoes the other"));
        match (disable, enable) {
            (None, None) => Ok(None),
            (Some(_), None) => missing("enable"),
            (None, Some(_)) => missing("disable"),
            (Some(disable), Some(enable)) => Ok(Some(Self {
                disable: Request::new("disable", &disable.call(), known)?,
                enable: Request::new("enable", &enable.call(), known)?,
            })),
        }
    }
}

/// Fills in where the requests go.
pub(super) fn base(settings: &IssuerSettings, known: &Known<'_>) -> Result<Base, BuildError> {
    let template = Template::new("base", &settings.base, &known.open())?;
    let start = Variables::default();
    let variables = settings.parameters.iter().fold(start, |so_far, (name, value)| so_far.parameter(name, value));
    let text = template.render(&variables, Escape::Percent);
    Base::new("base", &text.map_err(|fault| BuildError::setting("base", fault.to_string()))?)
}

/// What the settings warn of, and what they leave out.
fn cautions(settings: &IssuerSettings, create: &Making, list: Option<&List>) -> Vec<Risk> {
    let nameless = create.value.is_some() && list.is_some_and(|list| !list.tells_labels());
    let nameless = nameless.then(|| Risk {
        what: "the issuer's list has no names, so a key of ours is not recognised there".to_owned(),
        so: "a create whose answer is lost may leave a key that only a person can find and delete".to_owned(),
    });
    let said = settings.cautions.iter().map(|caution| Risk { what: caution.what.clone(), so: caution.so.clone() });
    nameless.into_iter().chain(said).collect()
}

fn traits(settings: &IssuerSettings, create: &Making, list: Option<&List>) -> Result<IssuerTraits, BuildError> {
    let IssuerSettings { timeout, propagation, .. } = *settings;
    let quiescence = timing::quiescence(timeout, settings.quiescence, "a request")?;
    if settings.max_credentials == Some(0) {
        return Err(BuildError::setting("max_credentials", "an issuer without room for a credential is none"));
    }
    Ok(IssuerTraits {
        max_credentials: settings.max_credentials,
        chooser: if create.value.is_some() { Chooser::Issuer } else { Chooser::Us },
        addressing: Addressing::Once,
        draw: Draw::DEFAULT,
        // Without a lag of its own, what is late at the issuer is late by its propagation.
        last_used_lag: list
            .filter(|list| list.tells_last_use())
            .map(|list| list.last_used_lag().unwrap_or(propagation)),
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
