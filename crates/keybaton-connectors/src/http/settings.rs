//! The keys of an http issuer and of an http probe, exactly as DESIGN section 6 has them.
//!
//! Reading them checks shapes only; [`super::HttpIssuer`] and [`super::HttpProbe`] check the rest when they are built.

use std::collections::BTreeMap;
use std::time::Duration;

use keybaton_types::Reference;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::auth::Auth;
use crate::{duration, schema, timing};

/// An issuer that speaks HTTP and JSON: `[issuer.NAME]` with `type = "http"`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IssuerSettings {
    /// Where the requests go: `https://api.acme.example`, or plain http to loopback. A path is put before every request's.
    /// A template that may use `parameters`.
    pub base: String,
    /// How keybaton itself authenticates.
    pub auth: Option<Auth>,
    /// How many credentials may live at once, foreign ones included. No bound by default.
    pub max_credentials: Option<u32>,
    /// The longest time of one call, all pages of a list together. Default: 10s.
    #[serde(default = "timing::ten_seconds", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
    /// A new credential may be refused this long, and a destroyed one may still work. Default: 0s.
    #[serde(default, deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub propagation: Duration,
    /// The longest time in which a request that timed out may still land; at least `timeout`. Default: three times `timeout`.
    #[serde(default, deserialize_with = "duration::read_some")]
    #[schemars(with = "Option<String>")]
    pub quiescence: Option<Duration>,
    /// More variables of templates, by name. A list or a table stands alone, as `"{{ scopes }}"`, in `json` or `form`.
    #[serde(default)]
    pub parameters: BTreeMap<String, Value>,
    /// More secrets, by name: variables of headers and bodies, never of a URL.
    #[serde(default)]
    #[schemars(schema_with = "schema::references")]
    pub secrets: BTreeMap<String, Reference>,
    /// What can go wrong at this issuer; `plan` says it.
    #[serde(default)]
    pub cautions: Vec<CautionSettings>,
    /// How a credential is tried where its secret names no probe. What begins with a slash is below `base`.
    pub probe: Option<ProbeSettings>,
    /// Makes a credential.
    pub create: CreateSettings,
    /// Lists the credentials. Without it some things cannot be recovered, and `plan` says so.
    pub list: Option<ListSettings>,
    /// Switches a credential off; together with `enable`.
    pub disable: Option<CallSettings>,
    /// Switches a credential on again; together with `disable`.
    pub enable: Option<CallSettings>,
    /// Destroys a credential.
    pub revoke: RevokeSettings,
}

/// Makes a credential. Templates may use `label`, `secret`, `env`, and `value` where keybaton chooses the value.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateSettings {
    /// Method and path: `POST /v1/keys`.
    pub request: String,
    /// A JSON body; every text in it is a template.
    pub json: Option<Value>,
    /// A form body; every value is a template.
    pub form: Option<BTreeMap<String, String>>,
    /// More headers; every value is a template.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The JSON path of the new id, a text or a whole number.
    pub id: String,
    /// The JSON path of the new value, where the issuer chooses it.
    pub value: Option<String>,
}

/// Lists the credentials. Templates may use `secret` and `env`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListSettings {
    /// Method and path: `GET /v1/keys`.
    pub request: String,
    /// A JSON body; every text in it is a template.
    pub json: Option<Value>,
    /// A form body; every value is a template.
    pub form: Option<BTreeMap<String, String>>,
    /// More headers; every value is a template.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The JSON path of the entries: `$.keys[*]`. The other paths start at an entry.
    pub items: String,
    /// The JSON path of an entry's id, a text or a whole number.
    pub id: String,
    /// The JSON path of its label.
    pub label: Option<String>,
    /// The JSON path of the time when it was made: RFC 3339, RFC 2822, or Unix seconds or milliseconds.
    pub created: Option<String>,
    /// The JSON path of the time when it was last used; null or nothing when it never was.
    pub last_used: Option<String>,
    /// The JSON path of who made it: a text or a number. `adopt` shows it, and nothing is decided by it.
    pub creator: Option<String>,
    /// How late the issuer may tell of a use. Default: its `propagation`.
    #[serde(default, deserialize_with = "duration::read_some")]
    #[schemars(with = "Option<String>")]
    pub last_used_lag: Option<Duration>,
    /// Whether it is switched on.
    pub enabled: Option<EnabledSettings>,
    /// How further pages are asked for where the answer has no link to them.
    pub page: Option<PageSettings>,
    /// The JSON path of the next page's URL in the answer. A `Link` header with `rel="next"` needs no setting.
    pub next: Option<String>,
}

/// Whether an entry is switched on.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a JSONPath of true or false, or { path = \"$.state\", equals = \"enabled\" }")]
pub enum EnabledSettings {
    /// The JSON path of true or false.
    Path(String),
    /// A JSON path and what stands there when it is switched on.
    Equals(EqualsSettings),
}

/// A JSON path and what stands there when the credential is switched on.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EqualsSettings {
    /// The JSON path.
    pub path: String,
    /// What stands there when it is switched on.
    pub equals: Value,
}

/// How further pages of a list are asked for: `number`, `offset` or `cursor` names a parameter of the query. Without
/// `more`, `last` and `total` the list ends at an empty page, or where there is no cursor.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageSettings {
    /// The parameter that takes the number of the page.
    pub number: Option<String>,
    /// The number of the first page. Default: 1.
    pub first: Option<usize>,
    /// The parameter that takes how many entries are skipped.
    pub offset: Option<String>,
    /// The parameter that takes the cursor.
    pub cursor: Option<String>,
    /// The JSON path of the next cursor in the answer.
    pub from: Option<String>,
    /// The JSON path of whether there is more: true or false.
    pub more: Option<String>,
    /// The JSON path of how many pages there are.
    pub last: Option<String>,
    /// The JSON path of how many entries there are.
    pub total: Option<String>,
}

/// Something that can go wrong.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CautionSettings {
    /// What is the case.
    pub what: String,
    /// What follows from it.
    pub so: String,
}

/// Switches a credential off or on. Templates may use `id`, `secret` and `env`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CallSettings {
    /// Method and path: `POST /v1/keys/{{ id }}/disable`.
    pub request: String,
    /// A JSON body; every text in it is a template.
    pub json: Option<Value>,
    /// A form body; every value is a template.
    pub form: Option<BTreeMap<String, String>>,
    /// More headers; every value is a template.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
}

/// Destroys a credential. Templates may use `id`, `secret` and `env`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeSettings {
    /// Method and path: `DELETE /v1/keys/{{ id }}`.
    pub request: String,
    /// A JSON body; every text in it is a template.
    pub json: Option<Value>,
    /// A form body; every value is a template.
    pub form: Option<BTreeMap<String, String>>,
    /// More headers; every value is a template.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The statuses that mean that it was destroyed already: `[404]`.
    #[serde(default)]
    pub gone: Vec<u16>,
    /// A request that comes before, where only what is switched off can be destroyed. A refusal of it is passed over.
    pub first: Option<CallSettings>,
}

/// A probe that speaks HTTP. Templates may use `id`, `value`, `secret` and `env`; the URL never has the value.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProbeSettings {
    /// Method and URL: `GET https://api.acme.example/health`.
    pub http: String,
    /// A JSON body; every text in it is a template.
    pub json: Option<Value>,
    /// A form body; every value is a template.
    pub form: Option<BTreeMap<String, String>>,
    /// The bearer token: `{{ value }}`.
    pub bearer: Option<String>,
    /// The user and password of basic authentication.
    pub basic: Option<BasicSettings>,
    /// More headers; every value is a template.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The statuses that mean that the credential authenticates. Default: 200.
    #[serde(default = "ok")]
    pub ok: Vec<u16>,
    /// The statuses that mean that the credential is refused. Default: 401 and 403.
    #[serde(default = "unauthorized")]
    pub unauthorized: Vec<u16>,
}

/// The user and password of basic authentication.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BasicSettings {
    /// The user: `{{ id }}`.
    pub user: String,
    /// The password: `{{ value }}`.
    pub password: String,
}

/// A request as every one of the tables above holds it.
pub(super) struct Call<'a> {
    pub(super) request: &'a str,
    pub(super) json: Option<&'a Value>,
    pub(super) form: Option<&'a BTreeMap<String, String>>,
    pub(super) headers: &'a BTreeMap<String, String>,
}

macro_rules! call {
    ($($settings:ty),*) => {$(
        impl $settings {
            pub(super) fn call(&self) -> Call<'_> {
                let Self { request, json, form, headers, .. } = self;
                Call { request, json: json.as_ref(), form: form.as_ref(), headers }
            }
        }
    )*};
}

call!(CreateSettings, ListSettings, CallSettings, RevokeSettings);

fn ok() -> Vec<u16> {
    vec![200]
}

fn unauthorized() -> Vec<u16> {
    vec![401, 403]
}
