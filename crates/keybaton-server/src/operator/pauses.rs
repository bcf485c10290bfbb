//! Pauses: begun, and ended or taken note of.

use std::{sync::Arc, time::Duration};

use axum::{extract::State, http::StatusCode, response::IntoResponse as _};
use keybaton_core::{civil, policy::Scope};
use keybaton_ports::Until;
use keybaton_types::{
    document::{PauseScope, Paused, Resumed},
    wire::{PauseWanted, ScopeNamed},
};

use super::{
    answered::{Answered, created, document},
    rights::Operator,
    subject,
};
use crate::{
    api::{Answer, Body, Route},
    refusal::Refusal,
    server::Shared,
};

/// The longest reason, in characters.
const LONGEST: usize = 500;

pub(super) fn routes() -> Vec<Route> {
    let refusals = [StatusCode::BAD_REQUEST, StatusCode::FORBIDDEN, StatusCode::UNPROCESSABLE_ENTITY];
    vec![
        Route::post("/v1/pauses", "For a while no schedule starts a rotation; what runs goes on.", pause)
            .takes::<PauseWanted>()
            .answers(Answer::json::<Paused>(StatusCode::CREATED, "the pause"))
            .refuses(&refusals),
        Route::post("/v1/resumes", "Ends a pause, or takes note that it is over.", resume)
            .takes::<ScopeNamed>()
            .answers(Answer::json::<Resumed>(StatusCode::OK, "the pause that was ended"))
            .answers(Answer::empty(StatusCode::NO_CONTENT, "there was none"))
            .refuses(&refusals),
    ]
}

async fn pause(State(shared): State<Arc<Shared>>, operator: Operator, Body(wanted): Body<PauseWanted>) -> Answered {
    let scope = allowed(&operator, &wanted.scope)?;
    let (until, reason) = (until(&wanted)?, reason(wanted.reason.as_deref())?);
    let paused = shared.parts.operations.pause(scope, until, reason, &operator.actor()).await?;
    Ok(created(&paused))
}

async fn resume(State(shared): State<Arc<Shared>>, operator: Operator, Body(named): Body<ScopeNamed>) -> Answered {
    let scope = allowed(&operator, &named)?;
    let resumed = shared.parts.operations.resume(&scope, &operator.actor()).await?;
    Ok(resumed.map_or_else(|| StatusCode::NO_CONTENT.into_response(), |resumed| document(&resumed)))
}

/// What is meant, if the operator may pause it: an owner may be given secrets later, so that is about all.
fn allowed(operator: &Operator, named: &ScopeNamed) -> Result<Scope, Refusal> {
    match (named.scope, &named.name) {
        (PauseScope::Secret, Some(name)) => {
            let secret = subject::whole(name)?;
            operator.works_on(&secret)?;
            Ok(Scope::Secret(secret))
        }
        (PauseScope::Owner, Some(owner)) => operator.works_on_all().map(|()| Scope::Owner(owner.clone())),
        (PauseScope::All, None) => operator.works_on_all().map(|()| Scope::All),
        (PauseScope::Secret | PauseScope::Owner, None) => Err(Refusal::malformed("the scope needs a name")),
        (PauseScope::All, Some(_)) => Err(Refusal::malformed("the scope of everything has no name")),
    }
}

fn until(wanted: &PauseWanted) -> Result<Until, Refusal> {
    match (&wanted.until, wanted.for_seconds) {
        (Some(text), None) => {
            let at = civil::parse(text).ok_or_else(|| Refusal::malformed("`until` is no time: RFC 3339, or a date"))?;
            Ok(Until::At(at))
        }
        (None, Some(seconds)) => Ok(Until::After(Duration::from_secs(seconds.min(u64::from(u32::MAX))))),
        (Some(_), Some(_)) | (None, None) => Err(Refusal::malformed("one of `until` and `for_seconds` says how long")),
    }
}

fn reason(text: Option<&str>) -> Result<Option<&str>, Refusal> {
    let Some(text) = text.map(str::trim) else { return Ok(None) };
    if text.is_empty() || text.chars().count() > LONGEST || text.chars().any(char::is_control) {
        return Err(Refusal::malformed(format!("a reason is one line of 1 to {LONGEST} characters")));
    }
    Ok(Some(text))
}
