//! Who asks for which secret: the caller's token has to name it, and the headers say which instance it is.

use std::{collections::HashMap, sync::Arc};

use axum::{
    extract::{FromRequestParts, Path},
    http::{HeaderMap, StatusCode, request::Parts},
};
use keybaton_engine::delivery::{Reader, Term};
use keybaton_types::{
    SecretId,
    wire::{ENFORCED, INSTANCE, LEASE},
};

use crate::{door::Caller, listen::Peer, refusal::Refusal, server::Shared};

/// The longest name of an instance.
const LONGEST: usize = 128;

/// Who asks, and for which secret. The token allows it.
pub(super) struct Who {
    pub(super) secret: SecretId,
    pub(super) reader: Reader,
}

impl FromRequestParts<Arc<Shared>> for Who {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Refusal> {
        let Caller(token) = Caller::from_request_parts(parts, shared).await?;
        let path = Path::<HashMap<String, String>>::from_request_parts(parts, shared).await;
        let secret = path.ok().and_then(|Path(path)| SecretId::new(path.get("name")?, path.get("env")?).ok());
        let secret = secret.ok_or_else(|| Refusal::malformed("the path names no secret of the form NAME/ENV"))?;
        if !token.reads(&secret) {
            let title = format!("the token is not for reading {secret}");
            let refusal = Refusal::new(StatusCode::FORBIDDEN, "out-of-scope", title);
            return Err(refusal.hint("`keybaton token list` shows what it is for"));
        }
        let (token, consumer) = (token.id.to_string(), token.consumer.clone());
        let (instance, term) = (instance(parts)?, term(&parts.headers)?);
        Ok(Self { secret, reader: Reader { token, consumer, instance, term } })
    }
}

/// Named by its header, or by the address that it comes from.
fn instance(parts: &Parts) -> Result<String, Refusal> {
    let Some(named) = parts.headers.get(INSTANCE) else {
        let peer = parts.extensions.get::<Peer>().map(|peer| peer.0.ip().to_string());
        return peer.ok_or_else(|| Refusal::malformed(format!("the header {INSTANCE} is missing")));
    };
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:/@".contains(byte);
    let text =
        named.to_str().ok().filter(|text| (1..=LONGEST).contains(&text.len()) && text.as_bytes().iter().all(allowed));
    text.map(ToOwned::to_owned).ok_or_else(|| {
        Refusal::malformed(format!("the header {INSTANCE} has 1 to {LONGEST} of a-z, A-Z, 0-9 and -_.:/@"))
    })
}

fn term(headers: &HeaderMap) -> Result<Term, Refusal> {
    match headers.get(LEASE).map(axum::http::HeaderValue::as_bytes) {
        None => Ok(Term::Open),
        Some(word) if word == ENFORCED.as_bytes() => Ok(Term::Enforced),
        Some(_) => Err(Refusal::malformed(format!("the header {LEASE} is `{ENFORCED}` or missing"))),
    }
}
