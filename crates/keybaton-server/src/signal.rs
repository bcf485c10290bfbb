//! What alert managers push: that calls are refused somewhere. It takes a token that is for nothing else.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{FromRequestParts, State},
    http::{StatusCode, request::Parts},
};
use keybaton_core::{alarm::Alarm, civil, ledger::Course};
use keybaton_types::{SecretId, Token, wire};

use crate::{
    api::{Answer, Body, Route},
    door::Caller,
    refusal::Refusal,
    server::Shared,
};

/// The longest delivery, in bytes.
const LONGEST: usize = 1024 * 1024;

/// The most alerts of a delivery.
const MOST: usize = 1_000;

/// The longest text that is kept of an alert.
const WORDS: usize = 128;

const PUSHED: &str = "/v1/signals/alertmanager";

/// The routes of this file.
pub(crate) fn routes() -> Vec<Route> {
    let route =
        Route::post(PUSHED, "Alerts of an Alertmanager about refused calls, as its webhook sends them.", pushed);
    let refusals = [
        StatusCode::BAD_REQUEST,
        StatusCode::FORBIDDEN,
        StatusCode::CONFLICT,
        StatusCode::PAYLOAD_TOO_LARGE,
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        StatusCode::UNPROCESSABLE_ENTITY,
        StatusCode::SERVICE_UNAVAILABLE,
    ];
    let answer = Answer::empty(StatusCode::NO_CONTENT, "it is written down");
    vec![route.takes::<wire::Alarms>().answers(answer).refuses(&refusals)]
}

/// Whoever asks, with the token of an alert manager.
struct Teller(Arc<Token>);

impl FromRequestParts<Arc<Shared>> for Teller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Refusal> {
        let Caller(token) = Caller::from_request_parts(parts, shared).await?;
        if token.role == keybaton_types::Role::Signal {
            return Ok(Self(token));
        }
        let refusal = Refusal::new(StatusCode::FORBIDDEN, "not-a-signal", "the token is not for telling of alarms");
        Err(refusal.hint("`keybaton token create --signal NAME --secret NAME/ENV` makes one that is"))
    }
}

async fn pushed(
    State(shared): State<Arc<Shared>>,
    Teller(token): Teller,
    Body(pushed): Body<wire::Alarms, LONGEST>,
) -> Result<StatusCode, Refusal> {
    let told = sorted(&token, &pushed)?;
    let (mut heard, mut replayed) = (0, 0);
    for (secret, alarms) in told {
        let again = shared.alarms.hear(&token.consumer, &secret, &alarms).await;
        let again = again.map_err(|error| Refusal::unavailable(&error))?;
        (heard, replayed) = (heard + alarms.len() - again, replayed + again);
    }
    if heard == 0 && replayed > 0 {
        let title = "every alert of this delivery was over before: it is told again by somebody";
        return Err(Refusal::new(StatusCode::CONFLICT, "replayed", title).safe("nothing was changed"));
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The alarms by secret. One about a secret that the token does not name refuses all: half a delivery is none.
fn sorted(token: &Token, pushed: &wire::Alarms) -> Result<BTreeMap<SecretId, Vec<Alarm>>, Refusal> {
    if pushed.version != "4" {
        return Err(Refusal::malformed("the delivery is not of version 4"));
    }
    if pushed.alerts.len() > MOST {
        return Err(Refusal::malformed(format!("a delivery has at most {MOST} alerts")));
    }
    let mut told: BTreeMap<SecretId, Vec<Alarm>> = BTreeMap::new();
    for alert in &pushed.alerts {
        let secret = secret(alert)?;
        if !token.tells(&secret) {
            let title = format!("the token is not for telling of {secret}");
            let refusal = Refusal::new(StatusCode::FORBIDDEN, "out-of-scope", title).safe("nothing was changed");
            return Err(refusal.hint("`keybaton token list` shows what it is for"));
        }
        told.entry(secret).or_default().push(alarm(alert)?);
    }
    Ok(told)
}

fn secret(alert: &wire::Alarm) -> Result<SecretId, Refusal> {
    let label = |name: &str| alert.labels.get(name).map(String::as_str).unwrap_or_default();
    SecretId::new(label("secret"), label("env")).map_err(|_| {
        let title = "an alert has no labels `secret` and `env` that name a secret";
        let refusal = Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "no-secret", title).safe("nothing was changed");
        refusal.hint("set them in the rule of the alert, as in labels: { secret: payments, env: prod }")
    })
}

fn alarm(alert: &wire::Alarm) -> Result<Alarm, Refusal> {
    let course = match alert.status.as_str() {
        "firing" => Course::Rages,
        "resolved" => Course::Over,
        _ => return Err(Refusal::malformed("an alert is neither `firing` nor `resolved`")),
    };
    let began = civil::parse(&alert.starts_at);
    let began = began.ok_or_else(|| Refusal::malformed("`startsAt` of an alert is no time as in RFC 3339"))?;
    if alert.fingerprint.is_empty() || alert.fingerprint.len() > WORDS {
        return Err(Refusal::malformed(format!("the `fingerprint` of an alert has 1 to {WORDS} characters")));
    }
    Ok(Alarm { mark: alert.fingerprint.clone(), began, course, what: words(alert) })
}

/// What is said to people: the name of the alert, and whose calls are refused with which version where it says so.
fn words(alert: &wire::Alarm) -> String {
    let label = |name: &str| alert.labels.get(name).map(|text| text.chars().take(WORDS).collect::<String>());
    let about = |name, before| label(name).map(|text| format!("{before} {text}")).unwrap_or_default();
    let alert = label("alertname").unwrap_or_else(|| "without a name".to_owned());
    format!("the alert {alert}{}{}", about("consumer", " of"), about("version", " with version"))
}
