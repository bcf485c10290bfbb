//! The application: where Graph has it, and what it says of its passwords.

use keybaton_core::civil;
use keybaton_ports::{Called, Listed};
use keybaton_types::IssuedId;
use serde::Deserialize;
use serde_json::json;

use crate::azure::errand::Errand;
use crate::azure::rest::{Answer, Asked, Rest, refusal};
use crate::build::BuildError;
use crate::web::percent;

/// An application, as keybaton itself may change it.
pub(super) struct Application {
    pub(super) rest: Rest,
    path: String,
}

/// What Graph shows of an application.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    #[serde(default)]
    password_credentials: Vec<Password>,
}

/// What Graph shows of a password.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Password {
    key_id: String,
    #[serde(default)]
    display_name: Option<String>,
    #[serde(default)]
    start_date_time: Option<String>,
}

impl Application {
    pub(super) fn new(rest: Rest, client_id: &str) -> Self {
        Self { rest, path: format!("/v1.0/applications(appId='{}')", percent(client_id)) }
    }

    /// Every password that it has, those of others too.
    pub(super) async fn passwords(&self, errand: Errand) -> Called<Vec<Listed>> {
        let asked = Asked::get(format!("{}?$select=passwordCredentials", self.path));
        let shown: Shown = self.rest.read(errand, &asked).await?;
        Ok(shown.password_credentials.into_iter().map(Password::listed).collect())
    }

    /// The request for one more.
    pub(super) fn add(&self, name: &str) -> Asked {
        Asked::post(format!("{}/addPassword", self.path), &json!({ "passwordCredential": { "displayName": name } }))
    }

    /// Removes one. Graph refuses to remove what is not there in the words of any other mistake, so the list decides.
    pub(super) async fn remove(&self, errand: Errand, id: &IssuedId) -> Called<()> {
        let asked = Asked::post(format!("{}/removePassword", self.path), &json!({ "keyId": id.0 }));
        let answer: Answer = self.rest.ask(errand, &asked).await?;
        match answer.status.as_u16() {
            200..=299 => Ok(()),
            400 | 404 if !self.has(errand, id).await? => Ok(()),
            _ => Err(refusal(&asked, &answer)),
        }
    }

    async fn has(&self, errand: Errand, id: &IssuedId) -> Called<bool> {
        Ok(self.passwords(errand).await?.iter().any(|listed| listed.id == *id))
    }
}

impl Password {
    fn listed(self) -> Listed {
        Listed {
            id: IssuedId(self.key_id),
            label: self.display_name,
            enabled: None,
            created: self.start_date_time.as_deref().and_then(civil::parse),
            last_used: None,
            creator: None,
        }
    }
}

/// Checks an id of an application or a directory: it stands in a URL.
pub(super) fn check(at: &str, id: &str) -> Result<(), BuildError> {
    let is_right = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    if !id.is_empty() && id.len() <= 128 && id.chars().all(is_right) {
        return Ok(());
    }
    Err(BuildError::setting(at, "it has letters, digits, dots and dashes only"))
}
