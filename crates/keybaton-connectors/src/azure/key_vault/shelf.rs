//! One secret of a key vault: the five requests that are made of it, by Microsoft's client.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;

use azure_core::http::{ClientOptions, RequestContent};
use azure_core::{Bytes, Error};
use azure_security_keyvault_secrets::models::{
    SecretAttributes, SecretClientGetSecretOptions, SecretClientUpdateSecretPropertiesOptions, SetSecretParameters,
    UpdateSecretPropertiesParameters,
};
use azure_security_keyvault_secrets::{SecretClient, SecretClientOptions};
use futures::Stream as _;
use keybaton_ports::{Blame, Called, Certainty, Fault};
use serde::Serialize;
use zeroize::Zeroizing;

use super::name::Name;
use super::properties::{Latest, Properties};
use super::refusal;
use crate::azure::login::Login;
use crate::build::BuildError;
use crate::host::leads_here;
use crate::web::outcome;

/// More versions than any secret has that is rotated every day for ten years.
const MOST: usize = 5_000;

/// One secret of a key vault.
pub(super) struct Shelf {
    client: SecretClient,
    login: Arc<Login>,
    name: Name,
}

/// What is written. Its text is on the way to consumers, and wiped when it was sent.
#[derive(Serialize)]
pub(super) struct Draft<'a> {
    pub(super) value: &'a str,
    pub(super) tags: HashMap<String, String>,
    #[serde(rename = "contentType", skip_serializing_if = "Option::is_none")]
    pub(super) content_type: Option<&'a str>,
    pub(super) attributes: Attributes,
}

#[derive(Serialize)]
pub(super) struct Attributes {
    pub(super) enabled: bool,
    /// Seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) exp: Option<u64>,
}

impl Shelf {
    /// A secret of the vault at a URL. On this machine, where nobody else listens, a server for tests may ask for tokens
    /// of a service with another name than its own.
    pub(super) fn new(url: &str, name: Name, login: Arc<Login>, wire: ClientOptions) -> Result<Self, BuildError> {
        let is_here = url::Url::parse(url).is_ok_and(|url| leads_here(&url));
        let options = SecretClientOptions {
            client_options: wire,
            verify_challenge_resource: Some(!is_here),
            ..SecretClientOptions::default()
        };
        let client = SecretClient::new(url, Arc::clone(&login) as _, Some(options));
        Ok(Self { client: client.map_err(|error| BuildError::Client(Box::new(error)))?, login, name })
    }

    /// The secret as a person writes it: `external-api-key`.
    pub(super) fn name(&self) -> &Name {
        &self.name
    }

    /// What consumers read; none where nothing is there. A latest version that is disabled is a fault.
    pub(super) async fn latest(&self) -> Called<Option<Latest>> {
        self.read(None).await
    }

    /// A version by its id.
    pub(super) async fn read(&self, version: Option<String>) -> Called<Option<Latest>> {
        let line = format!("GET /secrets/{}", self.name);
        let options = SecretClientGetSecretOptions { secret_version: version, ..Default::default() };
        let secret = match self.client.get_secret(self.name.as_str(), Some(options)).await {
            Ok(answer) => answer.into_model().map_err(|_| unclear(&line))?,
            Err(error) if refusal::is_nothing(&error) => return Ok(None),
            Err(error) => return Err(self.fault(&line, &error).await),
        };
        Latest::of(secret).map(Some).ok_or_else(|| unclear(&line))
    }

    /// What is said of every version, in no order.
    pub(super) async fn versions(&self) -> Called<Vec<Properties>> {
        let line = format!("GET /secrets/{}/versions", self.name);
        let listed = self.client.list_secret_properties_versions(self.name.as_str(), None);
        let mut pages = listed.map_err(|_| unclear(&line))?.into_pages();
        let mut found = Vec::new();
        while let Some(page) = std::future::poll_fn(|context| Pin::new(&mut pages).poll_next(context)).await {
            let page = match page.and_then(azure_core::http::Response::into_model) {
                Ok(page) => page,
                Err(error) if refusal::is_nothing(&error) => break,
                Err(error) => return Err(self.fault(&line, &error).await),
            };
            found.extend(page.value.into_iter().filter_map(Properties::of));
            if found.len() > MOST {
                let what = format!("{line}: there are more than {MOST} versions");
                return Err(Fault::new(Blame::Rejected, Certainty::NotSent, what));
            }
        }
        Ok(found)
    }

    /// Writes a version, which consumers read from then on.
    pub(super) async fn write(&self, draft: &Draft<'_>) -> Called<()> {
        let line = format!("PUT /secrets/{}", self.name);
        let unwritable =
            |_| Fault::new(Blame::Bug, Certainty::NotSent, format!("{line}: it cannot be written as JSON"));
        let body = serde_json::to_vec(draft).map(Zeroizing::new).map_err(unwritable)?;
        let content: RequestContent<SetSecretParameters> = Bytes::from_owner(body).into();
        match self.client.set_secret(self.name.as_str(), content, None).await {
            Ok(_) => Ok(()),
            Err(error) => Err(self.fault(&line, &error).await),
        }
    }

    /// Disables a version.
    pub(super) async fn disable(&self, version: String) -> Called<()> {
        let line = format!("PATCH /secrets/{}/{version}", self.name);
        let attributes = SecretAttributes { enabled: Some(false), ..SecretAttributes::default() };
        let change = UpdateSecretPropertiesParameters { secret_attributes: Some(attributes), ..Default::default() };
        let options = SecretClientUpdateSecretPropertiesOptions { secret_version: Some(version), ..Default::default() };
        let content = change.try_into().map_err(|_: Error| unclear(&line))?;
        match self.client.update_secret_properties(self.name.as_str(), content, Some(options)).await {
            Ok(_) => Ok(()),
            Err(error) => Err(self.fault(&line, &error).await),
        }
    }

    /// The fault of an error. A token that was not accepted is had anew for the next call.
    async fn fault(&self, line: &str, error: &Error) -> Fault {
        if refusal::is_of_token(error) {
            self.login.forget().await;
        }
        refusal::of(line, error)
    }
}

fn unclear(line: &str) -> Fault {
    outcome::of_answer(line, "the answer is none of a key vault")
}
