//! `[signal.*]`.

use keybaton_types::Reference;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Duration, reference::Described};
use crate::node::Located;

/// Somebody else's metrics about how calls with secrets end.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Signal {
    /// What is asked: `prometheus`.
    #[schemars(with = "Type")]
    pub(crate) r#type: Located<String>,
    /// Where it answers: https, or http to loopback.
    pub(crate) url: Located<String>,
    /// The query of calls that were refused with 401 or 403: a counter, summed by `consumer` and `version` where there are
    /// such labels. `{{ secret }}` and `{{ env }}` stand for the secret.
    pub(crate) refused: Located<String>,
    /// The query of all calls, summed the same way: a share of them is what is judged.
    pub(crate) calls: Located<String>,
    /// A bearer token, where the server wants one.
    #[schemars(with = "Option<Described>")]
    pub(crate) bearer: Option<Located<Reference>>,
    /// The secrets that it speaks of, as NAME/ENV. Default: every one.
    pub(crate) secrets: Option<Vec<Located<String>>>,
    /// How often it is asked. Default `15s`.
    pub(crate) every: Option<Located<Duration>>,
    /// How long it may take to answer. Default `5s`.
    pub(crate) timeout: Option<Located<Duration>>,
}

/// The types of signals.
#[derive(JsonSchema)]
#[schemars(inline, rename_all = "kebab-case")]
#[expect(dead_code, reason = "only describes the schema")]
enum Type {
    Prometheus,
}
