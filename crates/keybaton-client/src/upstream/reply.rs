//! How an answer of keybaton is understood.

use std::time::Duration;

use http::{StatusCode, header};
use keybaton_types::SecretId;
use keybaton_types::wire::Problem;
use reqwest::Response;

use super::{Document, body};

/// The longest `ETag` that is sent back.
const LONGEST_TAG: usize = 256;

/// The longest pause that a server may ask for.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// What keybaton answered.
pub(crate) enum Reply {
    /// A value, and the tag that stands for it.
    Value(Box<Document>, Option<String>),
    /// Nothing new.
    Unchanged,
}

/// Why there is no answer. The words name no value: they are ours, or the titles of the server's problems.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// 401 or 403: the reader was cut off on purpose.
    Denied { status: u16, title: String },
    /// 404: there is no such secret.
    Unknown,
    /// 429, or 503 with a time to come back.
    Busy { title: String, pause: Option<Duration> },
    /// Nobody there, a time-out, 5xx.
    Down(String),
    /// We have no token to ask with, whether somebody is there or not.
    Tokenless(String),
    /// The request is not understood there, and would not be a second time.
    Rejected(String),
    /// The answer is not understood here.
    Malformed(String),
}

impl Trouble {
    /// In one line.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Denied { status, title } => format!("keybaton refused with {status}: {title}"),
            Self::Unknown => "keybaton does not know the secret".to_owned(),
            Self::Busy { title, .. } => format!("keybaton has too much to do: {title}"),
            Self::Down(cause) | Self::Tokenless(cause) => format!("keybaton could not be asked: {cause}"),
            Self::Rejected(title) => format!("keybaton did not take the request: {title}"),
            Self::Malformed(why) => format!("keybaton's answer is not understood: {why}"),
        }
    }
}

/// Understands the answer to a read.
pub(super) async fn of_read(id: &SecretId, answer: Response) -> Result<Reply, Trouble> {
    match answer.status() {
        StatusCode::OK => {}
        StatusCode::NOT_MODIFIED => return Ok(Reply::Unchanged),
        _ => return Err(trouble(answer).await),
    }
    let tag = answer.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok());
    let tag = tag.filter(|tag| tag.len() <= LONGEST_TAG).map(str::to_owned);
    let body = body::read(answer).await?;
    // serde's own words may quote what they stumble over, and that may be the value
    let parsed = serde_json::from_slice::<Document>(&body);
    let document =
        parsed.map_err(|error| Trouble::Malformed(format!("line {} column {}", error.line(), error.column())))?;
    if (document.secret.as_str(), document.env.as_str()) != (id.name(), id.env()) || document.version.0 == 0 {
        return Err(Trouble::Malformed("it is about another secret, or about no version".to_owned()));
    }
    Ok(Reply::Value(Box::new(document), tag))
}

/// Understands the answer to evidence.
pub(super) async fn of_post(answer: Response) -> Result<(), Trouble> {
    if answer.status().is_success() { Ok(()) } else { Err(trouble(answer).await) }
}

async fn trouble(answer: Response) -> Trouble {
    let (status, pause) = (answer.status(), pause(&answer));
    let title =
        title(answer).await.unwrap_or_else(|| status.canonical_reason().unwrap_or("no reason given").to_owned());
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Trouble::Denied { status: status.as_u16(), title },
        StatusCode::NOT_FOUND => Trouble::Unknown,
        StatusCode::TOO_MANY_REQUESTS => Trouble::Busy { title, pause },
        StatusCode::SERVICE_UNAVAILABLE if pause.is_some() => Trouble::Busy { title, pause },
        StatusCode::REQUEST_TIMEOUT => Trouble::Down(title),
        status if status.is_client_error() => Trouble::Rejected(title),
        status => Trouble::Down(format!("{}: {title}", status.as_u16())),
    }
}

/// `Retry-After` in seconds.
fn pause(answer: &Response) -> Option<Duration> {
    let seconds = answer.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_PAUSE))
}

/// The title of a problem document, short and in one line.
async fn title(answer: Response) -> Option<String> {
    let body = body::read(answer).await.ok()?;
    let problem: Problem = serde_json::from_slice(&body).ok()?;
    let title: String = problem.title.chars().filter(|c| !c.is_control()).take(200).collect();
    (!title.is_empty()).then_some(title)
}
