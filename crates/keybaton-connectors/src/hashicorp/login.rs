//! How keybaton itself logs in: what it sends, and what the server says of the token that it gives.

use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use keybaton_ports::{Blame, Called, Certainty, Fault};
use keybaton_seal::SecretValue;
use keybaton_types::Reference;
use reqwest::StatusCode;
use reqwest::header::HeaderValue;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::failure;
use super::place::encoded;
use super::settings::{AppRoleSettings, KubernetesSettings};
use crate::build::BuildError;
use crate::web::outcome;

/// How settings want keybaton itself to log in: one of them is there.
#[derive(Clone, Copy)]
pub(super) struct Own<'a> {
    pub(super) token: Option<&'a Reference>,
    pub(super) approle: Option<&'a AppRoleSettings>,
    pub(super) kubernetes: Option<&'a KubernetesSettings>,
}

/// How keybaton itself gets a token.
pub(super) enum Way {
    /// It is given one.
    Token(HeaderValue),
    /// By a role and a secret id.
    AppRole { path: String, role_id: String, secret_id: SecretValue },
    /// By the token of a pod.
    Kubernetes { path: String, role: String, token_file: PathBuf },
}

/// A token, and how long the server lets it live.
pub(super) struct Granted {
    pub(super) header: HeaderValue,
    /// None for one that never ends.
    pub(super) ttl: Option<Duration>,
    pub(super) renewable: bool,
}

/// What is sent to log in.
#[derive(Serialize)]
#[serde(untagged)]
enum Sent<'a> {
    AppRole { role_id: &'a str, secret_id: &'a str },
    Kubernetes { role: &'a str, jwt: &'a str },
}

/// What a login or a renewal answers.
#[derive(Deserialize)]
struct Answer {
    auth: Option<Auth>,
}

#[derive(Deserialize)]
struct Auth {
    client_token: String,
    #[serde(default)]
    lease_duration: u64,
    #[serde(default)]
    renewable: bool,
}

/// What the server says of a token.
#[derive(Deserialize)]
struct Looked {
    data: LookedUp,
}

#[derive(Deserialize)]
struct LookedUp {
    #[serde(default)]
    ttl: u64,
    #[serde(default)]
    renewable: bool,
}

impl<'a> Own<'a> {
    /// Checks that there is one way to log in.
    pub(super) fn check(self) -> Result<(), BuildError> {
        match (self.token, self.approle, self.kubernetes) {
            (Some(_), None, None) => Ok(()),
            (None, Some(approle), None) => encoded("approle.mount", &approle.mount).map(drop),
            (None, None, Some(kubernetes)) => encoded("kubernetes.mount", &kubernetes.mount).map(drop),
            _ => Err(undecided()),
        }
    }

    /// The secret that it needs.
    pub(super) fn references(self) -> Vec<&'a Reference> {
        self.token.into_iter().chain(self.approle.map(|approle| &approle.secret_id)).collect()
    }
}

impl Way {
    /// Reads how the settings want it; `value` is the secret that they refer to, where they refer to one.
    pub(super) fn new(own: Own<'_>, value: Option<SecretValue>) -> Result<Self, BuildError> {
        let missing = |at: &str| BuildError::secret(at, "the secret that it refers to was not handed over");
        match (own.token, own.approle, own.kubernetes) {
            (Some(_), None, None) => Ok(Self::Token(header("token", &value.ok_or_else(|| missing("token"))?)?)),
            (None, Some(approle), None) => Ok(Self::AppRole {
                path: format!("/v1/auth/{}/login", encoded("approle.mount", &approle.mount)?),
                role_id: approle.role_id.clone(),
                secret_id: value.ok_or_else(|| missing("approle.secret_id"))?,
            }),
            (None, None, Some(kubernetes)) => Ok(Self::Kubernetes {
                path: format!("/v1/auth/{}/login", encoded("kubernetes.mount", &kubernetes.mount)?),
                role: kubernetes.role.clone(),
                token_file: kubernetes.token_file.clone(),
            }),
            _ => Err(undecided()),
        }
    }

    /// Where and with what to log in; none for a token that is given.
    pub(super) async fn request(&self) -> Called<Option<(&str, Zeroizing<Vec<u8>>)>> {
        match self {
            Self::Token(_) => Ok(None),
            Self::AppRole { path, role_id, secret_id } => {
                let secret_id = text(secret_id, "the secret id")?;
                Ok(Some((path, body(&Sent::AppRole { role_id, secret_id })?)))
            }
            Self::Kubernetes { path, role, token_file } => {
                let token = read(token_file.clone()).await?;
                let jwt = text(&token, "the token of the pod")?.trim();
                Ok(Some((path, body(&Sent::Kubernetes { role, jwt })?)))
            }
        }
    }
}

/// The fault of a login that was refused. Nothing else was sent.
pub(super) fn refused(path: &str, status: StatusCode, body: &[u8]) -> Fault {
    let fault = failure::of_answer(path, status, body).unsent();
    match status.as_u16() {
        400 | 403 | 404 => {
            Fault { blame: Blame::OurCredential, what: format!("{path}: keybaton's own login is refused"), ..fault }
        }
        _ => fault,
    }
}

fn undecided() -> BuildError {
    BuildError::setting("token", "one of `token`, `approle` and `kubernetes` says how keybaton logs in")
}

/// Reads the answer to a login or a renewal.
pub(super) fn granted(line: &str, answer: &[u8]) -> Called<Granted> {
    let unclear = |what: &str| outcome::of_answer(line, what);
    let answer: Answer = serde_json::from_slice(answer).map_err(|_| unclear("the answer is no grant of a token"))?;
    let auth = answer.auth.ok_or_else(|| unclear("the answer grants no token"))?;
    let token = Zeroizing::new(auth.client_token);
    let mut header = HeaderValue::from_str(&token).map_err(|_| unclear("the token cannot stand in a header"))?;
    header.set_sensitive(true);
    Ok(Granted { header, ttl: ttl(auth.lease_duration), renewable: auth.renewable })
}

/// Reads what the server says of a token that was given.
pub(super) fn looked_up(header: &HeaderValue, answer: &[u8]) -> Option<Granted> {
    let Looked { data } = serde_json::from_slice(answer).ok()?;
    Some(Granted { header: header.clone(), ttl: ttl(data.ttl), renewable: data.renewable })
}

/// No time at all is how the server says that a token never ends.
fn ttl(seconds: u64) -> Option<Duration> {
    (seconds > 0).then(|| Duration::from_secs(seconds))
}

fn header(at: &str, token: &SecretValue) -> Result<HeaderValue, BuildError> {
    #[expect(clippy::disallowed_methods, reason = "the server knows keybaton by this token")]
    let bytes = token.expose();
    let wrong = |what: &str| BuildError::secret(at, what);
    let mut header = HeaderValue::from_bytes(bytes.trim_ascii())
        .map_err(|_| wrong("the secret has a character that no header may have"))?;
    header.set_sensitive(true);
    Ok(header)
}

fn body(sent: &Sent<'_>) -> Called<Zeroizing<Vec<u8>>> {
    let written = serde_json::to_vec(sent).map(Zeroizing::new);
    written.map_err(|_| Fault::new(Blame::Bug, Certainty::NotSent, "the login cannot be written as JSON"))
}

fn text<'a>(value: &'a SecretValue, what: &str) -> Called<&'a str> {
    #[expect(clippy::disallowed_methods, reason = "the server knows keybaton by this secret")]
    let bytes = value.expose();
    let broken = || Fault::new(Blame::OurCredential, Certainty::NotSent, format!("{what} is no text"));
    str::from_utf8(bytes).map_err(|_| broken())
}

/// The file is replaced by others while we run: it is read at every login.
async fn read(path: PathBuf) -> Called<SecretValue> {
    let shown = path.display().to_string();
    let work =
        tokio::task::spawn_blocking(move || SecretValue::read_from(File::open(path)?).map_err(std::io::Error::other));
    let read = work.await.unwrap_or_else(|error| Err(std::io::Error::other(error)));
    read.map_err(|error| {
        Fault::new(Blame::OurCredential, Certainty::NotSent, format!("{shown} cannot be read: {error}"))
    })
}
