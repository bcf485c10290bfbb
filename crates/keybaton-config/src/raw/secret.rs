//! `[secret.NAME]` and its environments.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::Terms;
use crate::node::{Located, Node};

/// A secret: what it says for all its environments, and what each of them says.
#[derive(Clone, Debug, JsonSchema)]
pub(crate) struct Secret {
    /// What holds in every environment.
    #[schemars(flatten)]
    pub(crate) terms: Terms,
    /// The environments; each is a secret of its own.
    #[schemars(with = "BTreeMap<String, Terms>", extend("minProperties" = 1))]
    pub(crate) env: BTreeMap<Located<String>, Node>,
}
