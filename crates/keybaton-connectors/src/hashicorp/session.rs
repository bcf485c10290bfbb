//! The session of one vault: the token that keybaton itself has now. It is kept in memory only, and renewed before it ends.

use std::time::Duration;

use keybaton_ports::{Called, Certainty};
use reqwest::header::HeaderValue;
use tokio::sync::Mutex;
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::login::{self, Granted, Way};
use super::wire::{Asked, Errand, Wire};

/// The token that keybaton itself has now.
pub(super) struct Session {
    way: Way,
    held: Mutex<Held>,
}

/// What is held of it.
#[derive(Default)]
struct Held {
    token: Option<Token>,
    /// Counts the tokens: whoever was refused says which one it had.
    count: u64,
}

struct Token {
    header: HeaderValue,
    /// How long it lived when it was granted, and when that is over; none for one that never ends.
    life: Option<(Duration, Instant)>,
    renewable: bool,
}

/// A token for one call.
pub(super) struct Pass {
    pub(super) header: HeaderValue,
    pub(super) count: u64,
}

impl Session {
    pub(super) fn new(way: Way) -> Self {
        Self { way, held: Mutex::default() }
    }

    /// A token that is not about to end: the one that is held, the same renewed, or a new one. One caller at a time asks.
    pub(super) async fn pass(&self, wire: &Wire, errand: &Errand) -> Called<Pass> {
        let mut held = self.held.lock().await;
        if let Some(token) = held.token.take() {
            held.token = self.kept(token, wire, errand).await?;
        }
        if held.token.is_none() {
            held.token = Some(self.log_in(wire, errand).await?);
            held.count += 1;
        }
        let header = held.token.as_ref().map(|token| token.header.clone());
        let header = header.unwrap_or_else(|| HeaderValue::from_static(""));
        Ok(Pass { header, count: held.count })
    }

    /// Forgets a token that was refused, and says whether another one can be had: a given one is the only one.
    pub(super) async fn refused(&self, count: u64) -> bool {
        if matches!(self.way, Way::Token(_)) {
            return false;
        }
        let mut held = self.held.lock().await;
        if held.count == count {
            held.token = None;
        }
        true
    }

    /// The token if it has time left, renewed where it is near its end; none where another has to be had.
    async fn kept(&self, token: Token, wire: &Wire, errand: &Errand) -> Called<Option<Token>> {
        if !token.is_near_its_end() {
            return Ok(Some(token));
        }
        let renewed = if token.renewable { renew(&token, wire, errand).await } else { Ok(None) };
        match (renewed, &self.way) {
            (Ok(Some(renewed)), _) if !renewed.is_near_its_end() => Ok(Some(renewed)),
            (_, Way::Token(_)) => Ok(Some(token)),
            (Ok(_), _) => Ok(None),
            (Err(fault), _) if fault.certainty == Certainty::Refused || fault.certainty == Certainty::Unknown => {
                Ok(None)
            }
            (Err(fault), _) if token.is_over() => Err(fault),
            (Err(_), _) => Ok(Some(token)),
        }
    }

    async fn log_in(&self, wire: &Wire, errand: &Errand) -> Called<Token> {
        if let Way::Token(header) = &self.way {
            return look_up(header, wire, errand).await;
        }
        let Some((path, body)) = self.way.request().await? else {
            return Ok(Token::endless(HeaderValue::from_static("")));
        };
        let asked = Asked::post(path, body);
        let answer = wire.send(errand, &asked, None).await?;
        if !answer.status.is_success() {
            return Err(login::refused(asked.path, answer.status, &answer.body));
        }
        Ok(Token::of(login::granted("the login", &answer.body)?))
    }
}

impl Token {
    fn of(granted: Granted) -> Self {
        let life = granted.ttl.map(|ttl| (ttl, Instant::now() + ttl));
        Self { header: granted.header, life, renewable: granted.renewable }
    }

    fn endless(header: HeaderValue) -> Self {
        Self { header, life: None, renewable: false }
    }

    /// Whether less than a third of its life is left.
    fn is_near_its_end(&self) -> bool {
        self.life.is_some_and(|(ttl, end)| end.saturating_duration_since(Instant::now()) < ttl / 3)
    }

    fn is_over(&self) -> bool {
        self.life.is_some_and(|(_, end)| end <= Instant::now())
    }
}

/// Asks how long a given token lives. Where it may not know, it is used as it is: the call itself will say.
async fn look_up(header: &HeaderValue, wire: &Wire, errand: &Errand) -> Called<Token> {
    let answer = wire.send(errand, &Asked::get("/v1/auth/token/lookup-self"), Some(header)).await?;
    let granted = answer.status.is_success().then(|| login::looked_up(header, &answer.body)).flatten();
    Ok(granted.map_or_else(|| Token::endless(header.clone()), Token::of))
}

/// Renews a token; none where the server does not want to.
async fn renew(token: &Token, wire: &Wire, errand: &Errand) -> Called<Option<Token>> {
    let asked = Asked::post("/v1/auth/token/renew-self", Zeroizing::new(b"{}".to_vec()));
    let answer = wire.send(errand, &asked, Some(&token.header)).await?;
    if !answer.status.is_success() {
        return Ok(None);
    }
    let renewed = Token::of(login::granted("the renewal", &answer.body)?);
    let before = token.life.map_or(Duration::ZERO, |(ttl, _)| ttl);
    // A grant that grows shorter nears the end that no renewal moves.
    let short = renewed.life.is_some_and(|(ttl, _)| ttl < before / 3);
    Ok((!short).then_some(renewed))
}
