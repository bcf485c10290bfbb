//! Places that consumers read, as far as the configuration knows them.

use std::collections::BTreeMap;
use std::fmt;

use super::check::Check;
use crate::node::{Located, Node};
use crate::problem::Problem;
use crate::{later, raw, suggest};

/// The name of the vault that is always there.
pub(super) const EMBEDDED: &str = "embedded";

/// A place that consumers read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultTable {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: VaultKind,
}

/// The types of vaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VaultKind {
    /// The one in the ledger.
    Embedded,
}

impl fmt::Display for VaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded => f.write_str(EMBEDDED),
        }
    }
}

impl VaultTable {
    /// The vault in the ledger.
    pub(super) fn embedded(name: &str) -> Self {
        Self { name: name.to_owned(), kind: VaultKind::Embedded }
    }
}

/// Checks every `[vault.*]`.
pub(super) fn named(check: &mut Check, nodes: &BTreeMap<Located<String>, Node>) -> BTreeMap<String, VaultTable> {
    let mut vaults = BTreeMap::from([(EMBEDDED.to_owned(), VaultTable::embedded(EMBEDDED))]);
    for (name, node) in nodes {
        // A type of a later version is refused before its keys are called unknown.
        let late = node.get("type").filter(|kind| kind.text().is_some_and(later::is_vault));
        if let Some(kind) = late {
            let what = format!("the vault type `{}`", kind.text().unwrap_or_default());
            check.refuse::<()>(Problem::later(kind.span.clone(), what).showing());
        } else {
            check.read::<raw::Vault>(node, later::Trust::Foreign);
        }
        // A vault that was refused is still known, so that its secrets are not refused for it too.
        vaults.insert(name.value.clone(), VaultTable::embedded(&name.value));
    }
    vaults
}

/// The vault of a secret.
pub(super) fn chosen(
    check: &mut Check,
    known: &BTreeMap<String, VaultTable>,
    name: Option<&Located<String>>,
) -> Option<VaultTable> {
    let Some(name) = name else { return Some(VaultTable::embedded(EMBEDDED)) };
    if let Some(vault) = known.get(&name.value) {
        return Some(vault.clone());
    }
    let message = format!("there is no vault `{}`", name.value.escape_debug());
    let problem = Problem::new(name.span.clone(), message).showing();
    check.refuse(match suggest::closest(&name.value, known.keys().map(String::as_str)) {
        Some(close) => problem.hinted(format!("did you mean `{close}`?")),
        None => problem.hinted(format!("add a table [vault.{}], or leave `vault` out", name.value.escape_debug())),
    })
}
