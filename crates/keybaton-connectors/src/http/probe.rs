//! The http probe: presents a credential and looks at the status, at nothing else.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use keybaton_ports::{Called, Presented, Probe, Verdict};
use reqwest::header::{AUTHORIZATION, HeaderMap};
use serde_json::Value;
use tokio::time::Instant;

use super::auth::basic;
use super::checked::{self, statuses};
use super::extras;
use super::known::Known;
use super::request::{Headers, Request, header, split};
use super::settings::{Call, IssuerSettings, ProbeSettings};
use super::template::{ENV, Escape, ID, SECRET, Template, VALUE, Variables};
use crate::build::BuildError;
use crate::web::{About, Base, Client};

/// The longest time of one probe.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What a probe's templates know beside the parameters of an issuer.
const USUAL: [&str; 4] = [ID, VALUE, SECRET, ENV];

/// A probe that speaks HTTP, as its settings say.
pub struct HttpProbe {
    client: Client,
    checked: Checked,
    parameters: BTreeMap<String, Value>,
}

/// Checked settings of a probe.
#[derive(Debug)]
pub(super) struct Checked {
    line: String,
    base: Base,
    origin: String,
    request: Request,
    headers: Headers,
    way: Way,
    ok: Vec<u16>,
    unauthorized: Vec<u16>,
}

/// How the credential is presented, beside what the headers do.
#[derive(Debug)]
enum Way {
    Headers,
    Bearer(Template),
    Basic { user: Template, password: Template },
}

impl HttpProbe {
    /// Builds the probe.
    pub fn new(settings: &ProbeSettings) -> Result<Self, BuildError> {
        let checked = Checked::new(settings, &Known::usual(&USUAL))?;
        Ok(Self { client: Client::shared()?, checked, parameters: BTreeMap::new() })
    }

    /// Builds the probe that an issuer's settings have inside.
    pub(super) fn inside(probe: &ProbeSettings, issuer: &IssuerSettings) -> Result<Self, BuildError> {
        let (checked, parameters) = (inside(probe, issuer)?, issuer.parameters.clone());
        Ok(Self { client: Client::shared()?, checked, parameters })
    }
}

#[async_trait]
impl Probe for HttpProbe {
    async fn probe(&self, presented: Presented<'_>) -> Called<Verdict> {
        let checked = &self.checked;
        let variables = extras::variables(presented.secret, &self.parameters, &Vec::new())?;
        let variables = variables.id(presented.id).value(presented.value)?;
        let mut filled = checked.request.fill(&checked.base, &variables)?;
        filled.headers.extend(checked.headers(&variables)?);
        let deadline = Instant::now() + TIMEOUT;
        let about = About { line: &checked.line, origin: &checked.origin, timeout: TIMEOUT, deadline };
        let status = self.client.send(about, filled, None).await?.status().as_u16();
        Ok(checked.verdict(status))
    }
}

impl Checked {
    pub(super) fn new(settings: &ProbeSettings, known: &Known<'_>) -> Result<Self, BuildError> {
        let (method, url) = split("http", &settings.http)?;
        let (origin, target) = cut(url).ok_or_else(|| {
            BuildError::setting("http", "it is a method and a URL, such as GET https://api.acme.example/health")
        })?;
        let base = Base::new("http", origin)?;
        let line = format!("{method} {target}");
        let ProbeSettings { json, form, .. } = settings;
        let call = Call { request: &line, json: json.as_ref(), form: form.as_ref(), headers: &BTreeMap::new() };
        let checked = Self {
            line: settings.http.clone(),
            origin: base.origin(),
            base,
            request: Request::new("http", &call, known)?,
            headers: Headers::new("headers", &settings.headers, known)?,
            way: Way::new(settings, known)?,
            ok: statuses("ok", &settings.ok)?,
            unauthorized: statuses("unauthorized", &settings.unauthorized)?,
        };
        checked.check()?;
        Ok(checked)
    }

    fn check(&self) -> Result<(), BuildError> {
        if let Some(name) = self.headers.literal() {
            let what = "a secret never stands in the configuration itself: use {{ value }}";
            return Err(BuildError::setting(format!("headers.{name}"), what));
        }
        if !matches!(self.way, Way::Headers) && self.headers.have(&AUTHORIZATION) {
            return Err(BuildError::setting("headers.authorization", "bearer or basic writes this header"));
        }
        if !self.way.uses_value() && !self.headers.use_value() && !self.request.uses_value() {
            return Err(BuildError::setting(
                "http",
                "a probe presents {{ value }} in bearer, basic, headers or a body",
            ));
        }
        if self.ok.is_empty() || self.unauthorized.is_empty() {
            return Err(BuildError::setting("ok", "ok and unauthorized each name a status"));
        }
        match self.ok.iter().find(|status| self.unauthorized.contains(status)) {
            None => Ok(()),
            Some(both) => Err(BuildError::setting("ok", format!("{both} is in unauthorized too"))),
        }
    }

    fn headers(&self, variables: &Variables) -> Called<HeaderMap> {
        let mut headers = self.headers.render(variables)?;
        if let Some(value) = self.way.render(variables)? {
            headers.insert(AUTHORIZATION, header(&AUTHORIZATION, &value, true)?);
        }
        Ok(headers)
    }

    fn verdict(&self, status: u16) -> Verdict {
        if self.ok.contains(&status) {
            Verdict::Accepted
        } else if self.unauthorized.contains(&status) {
            Verdict::Refused
        } else {
            Verdict::Inconclusive
        }
    }
}

impl Way {
    fn new(settings: &ProbeSettings, known: &Known<'_>) -> Result<Self, BuildError> {
        match (&settings.bearer, &settings.basic) {
            (None, None) => Ok(Self::Headers),
            (Some(token), None) => Ok(Self::Bearer(Template::new("bearer", token, known)?)),
            (None, Some(basic)) => Ok(Self::Basic {
                user: Template::new("basic.user", &basic.user, known)?,
                password: Template::new("basic.password", &basic.password, known)?,
            }),
            (Some(_), Some(_)) => Err(BuildError::setting("bearer", "a probe has bearer or basic, not both")),
        }
    }

    fn uses_value(&self) -> bool {
        match self {
            Self::Headers => false,
            Self::Bearer(token) => token.uses_value(),
            Self::Basic { user, password } => user.uses_value() || password.uses_value(),
        }
    }

    fn render(&self, variables: &Variables) -> Called<Option<zeroize::Zeroizing<Vec<u8>>>> {
        let fill = |template: &Template| template.render(variables, Escape::Afterwards);
        Ok(match self {
            Self::Headers => None,
            Self::Bearer(token) => Some(zeroize::Zeroizing::new([b"Bearer ", fill(token)?.as_bytes()].concat())),
            Self::Basic { user, password } => Some(basic(fill(user)?.as_bytes(), fill(password)?.as_bytes())),
        })
    }
}

/// Checks a probe that stands by itself.
pub(super) fn check(settings: &ProbeSettings) -> Result<(), BuildError> {
    Checked::new(settings, &Known::usual(&USUAL)).map(drop)
}

/// Checks the probe that an issuer's settings have inside: its URL may be a path below the issuer's base.
pub(super) fn inside(probe: &ProbeSettings, issuer: &IssuerSettings) -> Result<Checked, BuildError> {
    let known = extras::known(issuer)?;
    let http = match split("http", &probe.http)? {
        (method, path) if path.starts_with('/') => format!("{method} {}{path}", checked::base(issuer, &known)?.text()),
        _ => probe.http.clone(),
    };
    let line = probe.http.clone();
    let whole = ProbeSettings { http, ..probe.clone() };
    Checked::new(&whole, &known.open().and(&USUAL))
        .map(|checked| Checked { line, ..checked })
        .map_err(|error| error.below("probe"))
}

/// Cuts a URL after its host, so that no variable chooses where the credential goes.
fn cut(url: &str) -> Option<(&str, String)> {
    let host = url.find("://")? + "://".len();
    let end = url[host..].find(['/', '?']).map_or(url.len(), |at| host + at);
    let (origin, target) = url.split_at(end);
    let slash = if target.starts_with('/') { "" } else { "/" };
    Some((origin, format!("{slash}{target}")))
}
