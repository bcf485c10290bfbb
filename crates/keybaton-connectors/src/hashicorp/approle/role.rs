//! A role: the requests about its secret ids, and what their answers say.

use keybaton_ports::{Blame, Called, Certainty, Fault, Listed};
use keybaton_types::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::super::failure::{self, Said};
use super::super::place::encoded;
use super::super::server::Server;
use super::super::wire::{Answer, Asked, Errand};
use super::id;
use crate::build::BuildError;
use crate::web::outcome;

/// The key of the metadata that holds our label.
pub(super) const LABEL: &str = "label";

/// A role of a method that is mounted somewhere.
pub(super) struct Role {
    pub(super) server: Server,
    path: String,
}

/// What is told of a secret id.
#[derive(Deserialize)]
pub(super) struct Told {
    #[serde(default)]
    creation_time: String,
    #[serde(default)]
    metadata: Option<Value>,
}

/// An answer of the server: what it has to say is in `data`.
#[derive(Deserialize)]
struct Data<T> {
    data: T,
}

#[derive(Deserialize)]
struct Keys {
    #[serde(default)]
    keys: Vec<String>,
}

impl Role {
    pub(super) fn new(server: Server, mount: &str, role: &str) -> Result<Self, BuildError> {
        Ok(Self { server, path: path(mount, role)? })
    }

    pub(super) fn below(&self, part: &str) -> String {
        format!("{}/{part}", self.path)
    }

    /// Asks something that has to be answered with data.
    pub(super) async fn data<T: DeserializeOwned>(&self, errand: &Errand, asked: &Asked<'_>) -> Called<T> {
        let answer = self.ask(errand, asked).await?;
        if !answer.status.is_success() {
            return Err(refusal(asked, &answer));
        }
        read(asked, &answer)
    }

    pub(super) async fn ask(&self, errand: &Errand, asked: &Asked<'_>) -> Called<Answer> {
        self.server.ask(errand, asked).await.map_err(certain)
    }

    /// The accessors of all its secret ids.
    pub(super) async fn accessors(&self, errand: &Errand) -> Called<Vec<String>> {
        let path = self.below("secret-id");
        self.keys(errand, &Asked::list(&path)).await
    }

    /// The keys below a path; none where there is nothing.
    pub(super) async fn keys(&self, errand: &Errand, asked: &Asked<'_>) -> Called<Vec<String>> {
        let answer = self.ask(errand, asked).await?;
        match answer.status.as_u16() {
            404 if failure::is_empty(&answer.body) => Ok(Vec::new()),
            200 => Ok(read::<Keys>(asked, &answer)?.keys),
            _ => Err(refusal(asked, &answer)),
        }
    }

    /// What is told of a secret id; none for one that is gone.
    pub(super) async fn told(&self, errand: &Errand, accessor: &str) -> Called<Option<Told>> {
        let path = self.below("secret-id-accessor/lookup");
        let asked = Asked::post(&path, body(&json!({ "secret_id_accessor": accessor })));
        let answer = self.ask(errand, &asked).await?;
        match answer.status.as_u16() {
            200 => read(&asked, &answer).map(Some),
            _ if is_gone(&answer) => Ok(None),
            _ => Err(refusal(&asked, &answer)),
        }
    }

    /// Destroys a secret id; one that is gone is success.
    pub(super) async fn destroy(&self, errand: &Errand, accessor: &str) -> Called<()> {
        let path = self.below("secret-id-accessor/destroy");
        let asked = Asked::post(&path, body(&json!({ "secret_id_accessor": accessor })));
        let answer = self.ask(errand, &asked).await?;
        if answer.status.is_success() || is_gone(&answer) {
            return Ok(());
        }
        Err(refusal(&asked, &answer))
    }
}

impl Told {
    /// Our label, where it has one.
    pub(super) fn label(&self) -> Option<String> {
        Some(self.metadata.as_ref()?.get(LABEL)?.as_str()?.to_owned())
    }

    /// The same as an entry of the list.
    pub(super) fn listed(&self, accessor: &str) -> Listed {
        let created: Option<jiff::Timestamp> = self.creation_time.parse().ok();
        Listed {
            id: id::of(accessor, self.label().as_deref()),
            label: self.label(),
            enabled: None,
            created: created.map(|at| Timestamp(at.as_microsecond())),
            last_used: None,
            creator: None,
        }
    }
}

/// `/v1/auth/MOUNT/role/ROLE`.
pub(super) fn path(mount: &str, role: &str) -> Result<String, BuildError> {
    if role.contains('/') {
        return Err(BuildError::setting("role", "the name of a role has no slash"));
    }
    Ok(format!("/v1/auth/{}/role/{}", encoded("mount", mount)?, encoded("role", role)?))
}

pub(super) fn body(value: &Value) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(value.to_string().into_bytes())
}

/// The fault of an answer that is no success: what was refused for keybaton's own sake did not and will not happen.
pub(super) fn refusal(asked: &Asked<'_>, answer: &Answer) -> Fault {
    certain(failure::of_answer(&asked.line(), answer.status, &answer.body))
}

pub(super) fn read<T: DeserializeOwned>(asked: &Asked<'_>, answer: &Answer) -> Called<T> {
    // What serde_json says about broken JSON is a place, never a piece of it.
    let read: Result<Data<T>, _> = serde_json::from_slice(&answer.body);
    read.map(|read| read.data)
        .map_err(|error| outcome::of_answer(&asked.line(), format!("the answer is broken: {error}")))
}

/// Whether what a request names is not there any more.
pub(super) fn is_gone(answer: &Answer) -> bool {
    answer.status.as_u16() == 404 && failure::is_empty(&answer.body) || Said::of(&answer.body) == Said::Gone
}

fn certain(fault: Fault) -> Fault {
    match fault.blame {
        Blame::OurCredential => Fault { certainty: Certainty::Refused, ..fault },
        _ => fault,
    }
}
