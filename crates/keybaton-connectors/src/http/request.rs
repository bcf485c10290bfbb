//! A request of the settings, checked; and the same filled in for one call.

use std::collections::BTreeMap;

use keybaton_ports::{Blame, Certainty, Fault};
use reqwest::Method;
use reqwest::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, PROXY_AUTHORIZATION, TRANSFER_ENCODING,
};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use url::form_urlencoded;
use zeroize::Zeroizing;

use super::json::Json;
use super::known::Known;
use super::settings::Call;
use super::template::{Escape, Template, Variables};
use crate::build::BuildError;
use crate::web::{Base, Filled};

/// Headers that the client writes, or that hold a credential.
const RESERVED: [HeaderName; 6] = [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE, HOST, CONTENT_LENGTH, TRANSFER_ENCODING];

/// A checked request.
#[derive(Debug)]
pub(super) struct Request {
    line: String,
    method: Method,
    target: Template,
    headers: Headers,
    body: Body,
}

/// Headers with templates.
#[derive(Debug, Default)]
pub(super) struct Headers(Vec<(HeaderName, Template)>);

#[derive(Debug)]
enum Body {
    None,
    Json(Json),
    Form(Vec<(String, Field)>),
}

/// What a field of a form holds.
#[derive(Debug)]
enum Field {
    One(Template),
    /// A list: the field is there once for each.
    Each(Vec<String>),
}

impl Request {
    /// Checks the request of the table `at`; its templates may use the `known` variables.
    pub(super) fn new(at: &str, call: &Call<'_>, known: &Known<'_>) -> Result<Self, BuildError> {
        let line = format!("{at}.request");
        let (method, target) = split(&line, call.request)?;
        Ok(Self {
            line: call.request.to_owned(),
            method,
            target: self::target(&line, target, known)?,
            headers: Headers::of_request(&format!("{at}.headers"), call.headers, known)?,
            body: Body::new(at, call, known)?,
        })
    }

    /// The request line as the settings have it, for words: no variable is filled in.
    pub(super) fn line(&self) -> &str {
        &self.line
    }

    /// Whether a template of its uses the credential's value.
    pub(super) fn uses_value(&self) -> bool {
        let body = match &self.body {
            Body::None => false,
            Body::Json(json) => json.uses_value(),
            Body::Form(fields) => {
                fields.iter().any(|(_, field)| matches!(field, Field::One(template) if template.uses_value()))
            }
        };
        body || self.headers.use_value()
    }

    /// Fills it in. Nothing has left us when that fails.
    pub(super) fn fill(&self, base: &Base, variables: &Variables) -> Result<Filled, Fault> {
        let target = self.target.render(variables, Escape::Percent)?;
        let Some(url) = base.join(&target) else {
            let what = format!("{}: filled in, it would lead somewhere else", self.line);
            return Err(Fault::new(Blame::Rejected, Certainty::NotSent, what));
        };
        let mut headers = self.headers.render(variables)?;
        let body = self.body.render(variables)?;
        if let Some((kind, _)) = &body {
            headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(kind));
        }
        Ok(Filled { method: self.method.clone(), url, headers, body: body.map(|(_, bytes)| bytes) })
    }
}

impl Headers {
    /// Checks headers, those that hold a credential too.
    pub(super) fn new(at: &str, headers: &BTreeMap<String, String>, known: &Known<'_>) -> Result<Self, BuildError> {
        let header = |(name, source): (&String, &String)| {
            let at = format!("{at}.{name}");
            let Ok(header) = HeaderName::try_from(name.as_str()) else {
                return Err(BuildError::setting(at, "this is not the name of a header"));
            };
            if [HOST, CONTENT_LENGTH, TRANSFER_ENCODING].contains(&header) {
                return Err(BuildError::setting(at, "keybaton writes this header itself"));
            }
            Ok((header, Template::new(&at, source, known)?))
        };
        Ok(Self(headers.iter().map(header).collect::<Result<_, _>>()?))
    }

    /// Checks headers of a request that authenticates by `auth`.
    fn of_request(at: &str, headers: &BTreeMap<String, String>, known: &Known<'_>) -> Result<Self, BuildError> {
        let checked = Self::new(at, headers, known)?;
        match checked.0.iter().find(|(name, _)| RESERVED.contains(name)) {
            None => Ok(checked),
            Some((name, _)) => {
                let what = "keybaton authenticates by auth, where the secret is a reference";
                Err(BuildError::setting(format!("{at}.{name}"), what))
            }
        }
    }

    /// Whether a template uses the credential's value.
    pub(super) fn use_value(&self) -> bool {
        self.0.iter().any(|(_, template)| template.uses_value())
    }

    /// Whether one of them is `name`.
    pub(super) fn have(&self, name: &HeaderName) -> bool {
        self.0.iter().any(|(header, _)| header == name)
    }

    /// Returns a header that holds a credential but no template that could fill it in: a secret in the configuration.
    pub(super) fn literal(&self) -> Option<&HeaderName> {
        let secret = [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE];
        self.0.iter().find(|(name, template)| secret.contains(name) && !template.uses_value()).map(|(name, _)| name)
    }

    /// Fills them in; those with the value are marked as sensitive.
    pub(super) fn render(&self, variables: &Variables) -> Result<HeaderMap, Fault> {
        let mut headers = HeaderMap::new();
        for (name, template) in &self.0 {
            let text = template.render(variables, Escape::Afterwards)?;
            headers.insert(name, header(name, text.as_bytes(), template.uses_secret())?);
        }
        Ok(headers)
    }
}

/// Makes the value of a header; `secret` says whether it holds the credential's value.
pub(super) fn header(name: &HeaderName, bytes: &[u8], secret: bool) -> Result<HeaderValue, Fault> {
    let mut value = HeaderValue::from_bytes(bytes).map_err(|_| {
        let what = format!("the header {name} would have a line break or another character that no header may have");
        Fault::new(Blame::Rejected, Certainty::NotSent, what)
    })?;
    value.set_sensitive(secret);
    Ok(value)
}

impl Body {
    fn new(at: &str, call: &Call<'_>, known: &Known<'_>) -> Result<Self, BuildError> {
        match (call.json, call.form) {
            (None, None) => Ok(Self::None),
            (Some(json), None) => Ok(Self::Json(Json::new(&format!("{at}.json"), json, known)?)),
            (None, Some(form)) => {
                let field = |(name, source): (&String, &String)| {
                    Ok((name.clone(), Field::new(&format!("{at}.form.{name}"), source, known)?))
                };
                Ok(Self::Form(form.iter().map(field).collect::<Result<_, BuildError>>()?))
            }
            (Some(_), Some(_)) => Err(BuildError::setting(at, "a request has json or form, not both")),
        }
    }

    fn render(&self, variables: &Variables) -> Result<Option<(&'static str, Vec<u8>)>, Fault> {
        Ok(match self {
            Self::None => None,
            Self::Json(json) => Some(("application/json", json.render(variables)?.to_string().into_bytes())),
            Self::Form(fields) => {
                let mut form = form_urlencoded::Serializer::new(String::new());
                for (name, field) in fields {
                    for text in field.render(variables)? {
                        form.append_pair(name, &text);
                    }
                }
                Some(("application/x-www-form-urlencoded", form.finish().into_bytes()))
            }
        })
    }
}

impl Field {
    fn new(at: &str, source: &str, known: &Known<'_>) -> Result<Self, BuildError> {
        let Some(Value::Array(items)) = known.whole(source) else {
            return Ok(Self::One(Template::new(at, source, known)?));
        };
        let texts = items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<_>>();
        let texts = texts.ok_or_else(|| BuildError::setting(at, "a list in a form has texts only"))?;
        Ok(Self::Each(texts))
    }

    fn render(&self, variables: &Variables) -> Result<Vec<Zeroizing<String>>, Fault> {
        match self {
            Self::One(template) => Ok(vec![template.render(variables, Escape::Afterwards)?]),
            Self::Each(texts) => Ok(texts.iter().cloned().map(Zeroizing::new).collect()),
        }
    }
}

/// Splits a request line into its method and the rest.
pub(super) fn split<'a>(at: &str, line: &'a str) -> Result<(Method, &'a str), BuildError> {
    let methods = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::HEAD];
    let method = |name: &str| methods.into_iter().find(|method| method.as_str() == name);
    let found = line.split_once(' ').and_then(|(name, rest)| Some((method(name)?, rest.trim())));
    found.ok_or_else(|| BuildError::setting(at, "it is a method and where to, such as POST /v1/keys"))
}

/// Checks a request's target: it begins with a slash of its own, so that no variable chooses the host, and never holds the
/// value, because URLs are logged everywhere.
pub(super) fn target(at: &str, source: &str, known: &Known<'_>) -> Result<Template, BuildError> {
    if !source.starts_with('/') {
        return Err(BuildError::setting(at, "the path begins with a slash; the host stands in base"));
    }
    if source.contains(['#', '\\']) {
        return Err(BuildError::setting(at, "a path has no # and no backslash"));
    }
    let template = Template::new(at, source, known)?;
    if template.uses_secret() {
        return Err(BuildError::setting(at, "a value never stands in a URL"));
    }
    Ok(template)
}
