//! The http issuer: requests of the settings, sent once each.

use std::collections::BTreeSet;

use async_trait::async_trait;
use keybaton_core::answer::Listed;
use keybaton_core::sheet::Chooser;
use keybaton_ports::{
    Blame, Called, Certainty, Create, Created, Fault, Issuer, IssuerTraits, Listing, Sessions, Switching,
};
use keybaton_seal::SecretValue;
use keybaton_types::{IssuedId, SecretId};
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use serde_json::Value;
use tokio::time::Instant;

use super::checked::Checked;
use super::client::{About, Client, Reply};
use super::list::Reading;
use super::outcome::{self, Naming};
use super::page;
use super::request::{Filled, Request};
use super::settings::IssuerSettings;
use super::template::Variables;
use crate::build::BuildError;

/// An issuer that speaks HTTP and JSON, as its settings say.
pub struct HttpIssuer {
    client: Client,
    checked: Checked,
    secret: SecretId,
    origin: String,
    auth: Option<(HeaderName, HeaderValue)>,
}

impl HttpIssuer {
    /// Builds the issuer of one secret; `auth` is the secret that the settings' `auth` refers to, if they have one.
    pub fn new(settings: &IssuerSettings, secret: &SecretId, auth: Option<&SecretValue>) -> Result<Self, BuildError> {
        let checked = Checked::new(settings)?;
        let auth = match (&settings.auth, auth) {
            (Some(way), Some(value)) => Some(way.header(value)?),
            (None, None) => None,
            (Some(_), None) => {
                return Err(BuildError::secret("auth", "the secret that it refers to was not handed over"));
            }
            (None, Some(_)) => {
                return Err(BuildError::secret("auth", "a secret was handed over that nothing refers to"));
            }
        };
        let origin = checked.base.origin();
        Ok(Self { client: Client::shared()?, checked, secret: secret.clone(), origin, auth })
    }

    fn about<'a>(&'a self, request: &'a Request) -> About<'a> {
        let timeout = self.checked.traits.timeout;
        About { line: request.line(), origin: &self.origin, timeout, deadline: Instant::now() + timeout }
    }

    async fn send<'a>(&self, about: About<'a>, filled: Filled) -> Called<Reply<'a>> {
        self.client.send(about, filled, self.auth.as_ref()).await
    }

    /// Sends a request about one credential; its status is the whole answer.
    async fn tell(&self, request: &Request, id: &IssuedId, gone: &[u16]) -> Called<()> {
        if id.0.is_empty() {
            let what = format!("{}: the credential has no id", request.line());
            return Err(Fault::new(Blame::Bug, Certainty::NotSent, what));
        }
        let filled = request.fill(&self.checked.base, &Variables::of(&self.secret).id(id))?;
        let status = self.send(self.about(request), filled).await?.status();
        if status.is_success() || gone.contains(&status.as_u16()) {
            return Ok(());
        }
        Err(outcome::of_status(request.line(), status, Naming::Credential))
    }
}

/// Returns the JSON of an answer that has to be a success.
async fn document(line: &str, reply: Reply<'_>) -> Called<Value> {
    if !reply.status().is_success() {
        return Err(outcome::of_status(line, reply.status(), Naming::Nothing));
    }
    let body = reply.body().await?;
    // What serde_json says about broken JSON is a place, never a piece of it.
    serde_json::from_slice(&body).map_err(|error| outcome::of_answer(line, format!("the answer is not JSON: {error}")))
}

#[async_trait]
impl Issuer for HttpIssuer {
    fn traits(&self) -> IssuerTraits {
        self.checked.traits.clone()
    }

    async fn create(&self, create: Create<'_>) -> Called<Created> {
        let how = &self.checked.create;
        let line = how.request.line();
        let variables = Variables::of(create.secret).label(create.label);
        let variables = match (self.checked.traits.chooser, create.value) {
            (Chooser::Us, Some(value)) => variables.value(value)?,
            (Chooser::Us, None) => {
                let what = format!("{line}: the value is ours to choose, and there is none");
                return Err(Fault::new(Blame::Bug, Certainty::NotSent, what));
            }
            (Chooser::Issuer, _) => variables,
        };
        let filled = how.request.fill(&self.checked.base, &variables)?;
        let reply = self.send(self.about(&how.request), filled).await?;
        let mut document = document(line, reply).await?;
        let unclear = |what| outcome::of_answer(line, what);
        let id = how.id.id(&document).map_err(unclear)?;
        if create.taken.contains(&id) {
            return Err(unclear("the new credential has the id of another one that is still in use".to_owned()));
        }
        let value = match &how.value {
            None => None,
            Some(path) => Some(path.take_text(&mut document).map_err(unclear)?),
        };
        let value = value.map(SecretValue::from_text).transpose().map_err(|error| unclear(error.to_string()))?;
        Ok(Created { id, value })
    }

    async fn destroy(&self, id: &IssuedId) -> Called<()> {
        self.tell(&self.checked.revoke, id, &self.checked.gone).await
    }

    fn listing(&self) -> Option<&dyn Listing> {
        self.checked.list.is_some().then_some(self)
    }

    fn switching(&self) -> Option<&dyn Switching> {
        self.checked.switch.is_some().then_some(self)
    }

    fn sessions(&self) -> Option<&dyn Sessions> {
        None
    }

    fn naming(&self) -> &'static str {
        "the id that the API gives the key in its answers and its list"
    }
}

#[async_trait]
impl Listing for HttpIssuer {
    async fn list(&self) -> Called<Vec<Listed>> {
        let Some(how) = &self.checked.list else { return Err(lacks("list")) };
        let about = self.about(&how.request);
        let partial = |what| outcome::of_answer(about.line, what);
        let first = how.request.fill(&self.checked.base, &Variables::of(&self.secret))?;
        let mut headers = first.headers.clone();
        headers.remove(CONTENT_TYPE);
        let (mut here, mut filled) = (first.url.clone(), first);
        let (mut seen, mut reading) = (BTreeSet::from([here.clone()]), Reading::default());
        loop {
            reading.turn().map_err(partial)?;
            let reply = self.send(about, filled).await?;
            let head = reply.headers().clone();
            let document = document(about.line, reply).await?;
            how.read(&document, &mut reading).map_err(partial)?;
            let Some(next) = how.next(&document, &head).map_err(partial)? else { return Ok(reading.done()) };
            here = page::follow(&self.checked.base, &here, &next).map_err(partial)?;
            if !seen.insert(here.clone()) {
                return Err(partial("the pages of the list go in circles".to_owned()));
            }
            filled = Filled { method: Method::GET, url: here.clone(), headers: headers.clone(), body: None };
        }
    }
}

#[async_trait]
impl Switching for HttpIssuer {
    async fn disable(&self, id: &IssuedId) -> Called<()> {
        let Some(switch) = &self.checked.switch else { return Err(lacks("disable")) };
        self.tell(&switch.disable, id, &[]).await
    }

    async fn enable(&self, id: &IssuedId) -> Called<()> {
        let Some(switch) = &self.checked.switch else { return Err(lacks("enable")) };
        self.tell(&switch.enable, id, &[]).await
    }
}

/// The accessors give no such ability out, so nobody gets here.
fn lacks(ability: &str) -> Fault {
    Fault::new(Blame::Unsupported, Certainty::NotSent, format!("the issuer has no {ability} request"))
}
