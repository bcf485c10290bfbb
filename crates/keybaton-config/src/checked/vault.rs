//! Places that consumers read, as far as the configuration knows them.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;

use super::check::Check;
use crate::later::Trust;
use crate::node::{Located, Node, Value};
use crate::problem::Problem;
use crate::{Table, later, raw, suggest};

/// The name of the vault that is always there.
pub(super) const EMBEDDED: &str = "embedded";

/// A place that consumers read.
#[derive(Clone, Debug)]
pub struct VaultTable {
    /// Its name.
    pub name: String,
    /// Which connector reads the table.
    pub kind: VaultKind,
    /// The table without its `type`; none for the one in the ledger.
    pub table: Option<Table>,
}

/// The types of vaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
#[schemars(inline, rename_all = "kebab-case")]
pub enum VaultKind {
    /// A secret of AWS Secrets Manager.
    AwsSecretsManager,
    /// The one in the ledger.
    Embedded,
    /// A file that consumers read.
    File,
    /// A secret of Azure Key Vault.
    AzureKeyVault,
    /// A KV engine of `HashiCorp` Vault or `OpenBao`.
    HashicorpVault,
    /// A Secret of Kubernetes.
    Kubernetes,
}

impl VaultKind {
    const WORDS: [(&'static str, Self); 6] = [
        ("aws-secrets-manager", Self::AwsSecretsManager),
        ("azure-key-vault", Self::AzureKeyVault),
        (EMBEDDED, Self::Embedded),
        ("file", Self::File),
        ("hashicorp-vault", Self::HashicorpVault),
        ("kubernetes", Self::Kubernetes),
    ];

    fn words() -> Vec<&'static str> {
        Self::WORDS.iter().map(|(word, _)| *word).collect()
    }
}

impl fmt::Display for VaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = Self::WORDS.iter().find(|(_, kind)| kind == self);
        f.write_str(word.map_or(EMBEDDED, |(word, _)| word))
    }
}

impl VaultTable {
    /// The vault in the ledger.
    pub(super) fn embedded(name: &str) -> Self {
        Self { name: name.to_owned(), kind: VaultKind::Embedded, table: None }
    }
}

/// The named vaults; none for one that was refused, so that its secrets are not refused for it too.
pub(super) type Vaults = BTreeMap<String, Option<VaultTable>>;

/// Checks every `[vault.*]`.
pub(super) fn named(check: &mut Check, nodes: &BTreeMap<Located<String>, Node>) -> Vaults {
    let mut vaults = BTreeMap::from([(EMBEDDED.to_owned(), Some(VaultTable::embedded(EMBEDDED)))]);
    vaults.extend(nodes.iter().map(|(name, node)| (name.value.clone(), build(check, name, node))));
    vaults
}

fn build(check: &mut Check, name: &Located<String>, node: &Node) -> Option<VaultTable> {
    if !matches!(node.value, Value::Table(_)) {
        let problem = Problem::new(name.span.clone(), "a vault is a table").hinted("begin it with [vault.NAME]");
        return check.refuse(problem);
    }
    let (table, kind) = node.without("type");
    let Some((_, kind)) = kind else {
        let problem = Problem::new(name.span.clone(), "a vault needs a `type`");
        return check.refuse(problem.hinted(format!("it is one of {}", suggest::list(&VaultKind::words()))));
    };
    let Some(word) = kind.text() else { return check.refuse(Problem::new(kind.span, "`type` is a text")) };
    let Some((_, kind)) = VaultKind::WORDS.into_iter().find(|(known, _)| *known == word) else {
        return check.refuse(unknown_type(word, &kind));
    };
    match kind {
        VaultKind::Embedded => {
            check.read::<raw::Embedded>(node, Trust::Foreign).map(|_| VaultTable::embedded(&name.value))
        }
        VaultKind::AwsSecretsManager
        | VaultKind::AzureKeyVault
        | VaultKind::File
        | VaultKind::HashicorpVault
        | VaultKind::Kubernetes => Some(VaultTable { name: name.value.clone(), kind, table: Some(check.table(table)) }),
    }
}

fn unknown_type(word: &str, node: &Node) -> Problem {
    let span = node.span.clone();
    if later::is_vault(word) {
        return Problem::later(span, format_args!("the vault type `{word}`")).showing();
    }
    Problem::unknown_word(span, word, &VaultKind::words(), Trust::Foreign)
}

/// The vault of a secret.
pub(super) fn chosen(check: &mut Check, known: &Vaults, name: Option<&Located<String>>) -> Option<VaultTable> {
    let Some(name) = name else { return Some(VaultTable::embedded(EMBEDDED)) };
    if let Some(vault) = known.get(&name.value) {
        return vault.clone();
    }
    let message = format!("there is no vault `{}`", name.value.escape_debug());
    let problem = Problem::new(name.span.clone(), message).showing();
    check.refuse(match suggest::closest(&name.value, known.keys().map(String::as_str)) {
        Some(close) => problem.hinted(format!("did you mean `{close}`?")),
        None => problem.hinted(format!("add a table [vault.{}], or leave `vault` out", name.value.escape_debug())),
    })
}
