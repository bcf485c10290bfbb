//! How a credential is tried, as far as the configuration knows it.

use std::fmt;

use super::check::Check;
use crate::node::{Node, Value};
use crate::problem::Problem;
use crate::{Table, suggest};

/// How a credential is tried.
#[derive(Clone, Debug)]
pub struct ProbeTable {
    /// Which connector reads the table.
    pub kind: ProbeKind,
    /// The whole table, with the key that names its kind.
    pub table: Table,
}

/// The kinds of probes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProbeKind {
    /// A question to AWS, who one is.
    AwsIam,
    /// A login at Entra ID.
    AzureEntra,
    /// A request to a storage account.
    AzureStorage,
    /// A program.
    Exec,
    /// An HTTP request.
    Http,
    /// A login at `MariaDB`.
    Mariadb,
    /// A login at `OpenBao` by a role.
    OpenbaoApprole,
    /// A login at `PostgreSQL`.
    Postgres,
    /// A login at Redis.
    Redis,
}

impl ProbeKind {
    const WORDS: [&'static str; 9] =
        ["aws-iam", "azure-entra", "azure-storage", "exec", "http", "mariadb", "openbao-approle", "postgres", "redis"];
    const ALL: [(&'static str, Self); 9] = [
        ("aws-iam", Self::AwsIam),
        ("azure-entra", Self::AzureEntra),
        ("azure-storage", Self::AzureStorage),
        ("exec", Self::Exec),
        ("http", Self::Http),
        ("mariadb", Self::Mariadb),
        ("openbao-approle", Self::OpenbaoApprole),
        ("postgres", Self::Postgres),
        ("redis", Self::Redis),
    ];
}

impl fmt::Display for ProbeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AwsIam => "aws-iam",
            Self::AzureEntra => "azure-entra",
            Self::AzureStorage => "azure-storage",
            Self::Exec => "exec",
            Self::Http => "http",
            Self::Mariadb => "mariadb",
            Self::OpenbaoApprole => "openbao-approle",
            Self::Postgres => "postgres",
            Self::Redis => "redis",
        })
    }
}

impl ProbeTable {
    pub(super) fn build(check: &mut Check, node: &Node) -> Option<Self> {
        let Value::Table(_) = &node.value else {
            let message = format!("`probe`: expected a table, found {}", node.value.kind());
            return check.refuse(Problem::new(node.span.clone(), message).hinted(forms()));
        };
        let mut kinds = ProbeKind::ALL.into_iter().filter(|(word, _)| node.get(word).is_some());
        match (kinds.next(), kinds.next()) {
            (Some((_, kind)), None) => Some(Self { kind, table: check.table(node.clone()) }),
            (None, _) => check.refuse(Problem::new(node.span.clone(), "the probe has no kind").hinted(forms())),
            (Some(_), Some(_)) => {
                check.refuse(Problem::new(node.span.clone(), "the probe has two kinds").hinted(forms()))
            }
        }
    }
}

fn forms() -> String {
    format!("it has one of the keys {}", suggest::list(&ProbeKind::WORDS))
}
