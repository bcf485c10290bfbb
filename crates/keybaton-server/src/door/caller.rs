//! Who asks: the token that a request presents, looked up and counted. Every handler behind the door takes one.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
};
use keybaton_seal::{AccessToken, SecretValue};
use keybaton_types::{Token, TokenHash};

use crate::{listen::Peer, refusal::Refusal, server::Shared};

/// Whoever asks: a token that is good now.
pub(crate) struct Caller(pub(crate) Arc<Token>);

impl FromRequestParts<Arc<Shared>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Refusal> {
        let door = &shared.door;
        let presented = presented(&parts.headers);
        let token = match &presented {
            Some(hash) => door.known.bearer(hash).await.map_err(|error| Refusal::unavailable(&error))?,
            None => None,
        };
        let Some(token) = token else {
            let address = parts.extensions.get::<Peer>().map(|peer| peer.0.ip());
            return Err(stranger(shared, presented.as_ref(), address).await);
        };
        door.pace.asked(&token.id).map_err(Refusal::too_many)?;
        Ok(Self(token))
    }
}

/// The hash of the token in a request, if there is one of the right form.
fn presented(headers: &HeaderMap) -> Option<TokenHash> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let (first, None) = (all.next()?, all.next()) else { return None };
    let (scheme, token) = first.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let text = SecretValue::from_text(token.trim_start().to_owned()).ok()?;
    AccessToken::parse(text).ok().map(|token| token.hash())
}

/// Why a token is not taken. A state that was restored may have lost one that was made after its copy, and nobody knows:
/// a refusal would wipe what its reader has, and is only for tokens that are known to be bad.
async fn stranger(shared: &Shared, presented: Option<&TokenHash>, address: Option<IpAddr>) -> Refusal {
    if let Err(wait) = address.map_or(Ok(()), |address| shared.door.pace.failed(address)) {
        return Refusal::too_many(wait);
    }
    let Some(hash) = presented.filter(|_| shared.parts.delivery.is_restored()) else { return Refusal::unauthorized() };
    match shared.door.known.was_made(hash).await {
        Ok(true) => Refusal::unauthorized(),
        Ok(false) => Refusal::forgotten(),
        Err(error) => Refusal::unavailable(&error),
    }
}
