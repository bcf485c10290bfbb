//! The http issuer: requests of the settings, sent once each.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use keybaton_core::answer::Listed;
use keybaton_core::plan::Risk;
use keybaton_core::sheet::Chooser;
use keybaton_ports::{
    Blame, Called, Certainty, Create, Created, Fault, Issuer, IssuerTraits, Listing, Sessions, Switching,
};
use keybaton_seal::SecretValue;
use keybaton_types::{IssuedId, SecretId};
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::Value;
use tokio::time::Instant;

use super::checked::Checked;
use super::extras::{self, Secrets};
use super::list::Reading;
use super::page;
use super::request::Request;
use super::settings::IssuerSettings;
use super::template::Variables;
use crate::build::BuildError;
use crate::web::outcome::{self, Naming};
use crate::web::{About, Client, Filled, Reply};

/// An issuer that speaks HTTP and JSON, as its settings say.
pub struct HttpIssuer {
    client: Client,
    checked: Checked,
    secret: SecretId,
    origin: String,
    auth: Option<(HeaderName, HeaderValue)>,
    parameters: BTreeMap<String, Value>,
    secrets: Secrets,
}

impl HttpIssuer {
    /// Builds the issuer of one secret; `values` are the secrets that the settings refer to: that of `auth`, if they
    /// have one, and then those of `secrets` in the order of their names.
    pub fn new(settings: &IssuerSettings, secret: &SecretId, values: Vec<SecretValue>) -> Result<Self, BuildError> {
        let checked = Checked::new(settings)?;
        let mut values = values.into_iter();
        let missing = |at: &str| BuildError::secret(at, "the secret that it refers to was not handed over");
        let auth = match &settings.auth {
            Some(way) => Some(way.header(&values.next().ok_or_else(|| missing("auth"))?)?),
            None => None,
        };
        let mut secrets = Secrets::new();
        for name in settings.secrets.keys() {
            let value = values.next().ok_or_else(|| missing(&format!("secrets.{name}")))?;
            secrets.push((name.clone(), value));
        }
        if values.next().is_some() {
            return Err(BuildError::secret("auth", "a secret was handed over that nothing refers to"));
        }
        let (origin, parameters) = (checked.base.origin(), settings.parameters.clone());
        Ok(Self { client: Client::shared()?, checked, secret: secret.clone(), origin, auth, parameters, secrets })
    }

    /// The variables of every request.
    fn variables(&self) -> Called<Variables> {
        extras::variables(&self.secret, &self.parameters, &self.secrets)
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
        let filled = request.fill(&self.checked.base, &self.variables()?.id(id))?;
        let status = self.send(self.about(request), filled).await?.status();
        if status.is_success() || gone.contains(&status.as_u16()) {
            return Ok(());
        }
        Err(outcome::of_status(request.line(), status, Naming::Credential))
    }

    /// Sends what comes before a revoke. Only an answer that leaves it open whether more may land ends the revoke: a
    /// refusal may mean that nothing was left to do, and the revoke itself decides.
    async fn prepare(&self, id: &IssuedId) -> Called<()> {
        let Some(before) = &self.checked.before else { return Ok(()) };
        match self.tell(before, id, &[]).await {
            Err(fault) if fault.certainty != Certainty::Refused => Err(fault),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Says that there is no room, where a refused create meets an issuer that holds as many as it allows: few vendors
    /// document what they answer then, and their list is plain.
    async fn refused(&self, fault: Fault) -> Fault {
        let full = fault.certainty == Certainty::Refused && fault.blame != Blame::Unsupported;
        let Some(most) = self.checked.traits.max_credentials.filter(|_| full && self.checked.list.is_some()) else {
            return fault;
        };
        match self.list().await {
            Ok(listed) if u32::try_from(listed.len()).is_ok_and(|held| held >= most) => {
                let what = format!("{}; the issuer holds {} keys and allows {most}", fault.what, listed.len());
                Fault { blame: Blame::Full, what, ..fault }
            }
            Ok(_) | Err(_) => fault,
        }
    }

    /// Makes a credential, and returns the answer of the issuer.
    async fn ask(&self, create: &Create<'_>) -> Called<Value> {
        let how = &self.checked.create;
        let line = how.request.line();
        let variables = self.variables()?.label(create.label);
        let variables = match (self.checked.traits.chooser, create.value) {
            (Chooser::Us, Some(value)) => variables.value(value)?,
            (Chooser::Us, None) => {
                let what = format!("{line}: the value is ours to choose, and there is none");
                return Err(Fault::new(Blame::Bug, Certainty::NotSent, what));
            }
            (Chooser::Issuer | Chooser::Person(_), _) => variables,
        };
        let filled = how.request.fill(&self.checked.base, &variables)?;
        document(line, self.send(self.about(&how.request), filled).await?).await
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
        let mut document = match self.ask(&create).await {
            Ok(document) => document,
            Err(fault) => return Err(self.refused(fault).await),
        };
        let how = &self.checked.create;
        let line = how.request.line();
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
        self.prepare(id).await?;
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

    fn cautions(&self) -> Vec<Risk> {
        self.checked.cautions.clone()
    }
}

#[async_trait]
impl Listing for HttpIssuer {
    async fn list(&self) -> Called<Vec<Listed>> {
        let Some(how) = &self.checked.list else { return Err(lacks("list")) };
        let about = self.about(&how.request);
        let partial = |what| outcome::of_answer(about.line, what);
        let first = how.request.fill(&self.checked.base, &self.variables()?)?;
        let (mut here, mut filled) = (first.url.clone(), first.clone());
        let (mut seen, mut reading) = (BTreeSet::from([here.clone()]), Reading::default());
        loop {
            reading.turn().map_err(partial)?;
            let reply = self.send(about, filled).await?;
            let head = reply.headers().clone();
            let document = document(about.line, reply).await?;
            let found = how.read(&document, &mut reading).map_err(partial)?;
            let next = match &how.paging {
                Some(paging) => paging.next(&first.url, &document, found, &reading).map_err(partial)?,
                None => match how.next(&document, &head).map_err(partial)? {
                    Some(next) => Some(page::follow(&self.checked.base, &here, &next).map_err(partial)?),
                    None => None,
                },
            };
            let Some(next) = next else { return Ok(reading.done()) };
            here = next;
            if !seen.insert(here.clone()) {
                return Err(partial("the pages of the list go in circles".to_owned()));
            }
            filled = if how.paging.is_some() { first.at(here.clone()) } else { first.linked(here.clone()) };
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
