//! Services that make and destroy credentials, as far as the configuration knows them.

use std::collections::BTreeMap;
use std::fmt;

use super::check::Check;
use crate::node::{Located, Node, Value};
use crate::problem::Problem;
use crate::{Table, later, suggest};

/// A service that makes and destroys credentials.
#[derive(Clone, Debug)]
pub struct IssuerTable {
    /// Its name; none when it stands inline in a secret.
    pub name: Option<String>,
    /// Which connector reads the table.
    pub kind: IssuerKind,
    /// The preset that the table is laid over.
    pub preset: Option<String>,
    /// The table without its `type` and `preset`.
    pub table: Table,
}

/// The types of issuers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IssuerKind {
    /// Access keys of an IAM user of AWS.
    AwsIam,
    /// Passwords of an application in Entra ID.
    AzureEntra,
    /// The two keys of an Azure Storage account.
    AzureStorage,
    /// A program.
    Exec,
    /// Any HTTP API.
    Http,
    /// A service whose keys a person makes and deletes.
    Manual,
    /// Accounts of `MariaDB`.
    Mariadb,
    /// Secret ids of `OpenBao`.
    OpenbaoApprole,
    /// `PostgreSQL` login roles.
    Postgres,
    /// ACL users of Redis.
    Redis,
}

/// The presets of the http issuer. Their tables are the connector's; a test of the binary compares the names.
pub const PRESETS: [&str; 11] = [
    "cloudflare",
    "datadog",
    "fastly",
    "gitlab",
    "grafana",
    "okta",
    "openai",
    "openai-project",
    "sendgrid",
    "stripe",
    "twilio",
];

impl IssuerKind {
    const WORDS: [&'static str; 10] = [
        "aws-iam",
        "azure-entra",
        "azure-storage",
        "exec",
        "http",
        "manual",
        "mariadb",
        "openbao-approle",
        "postgres",
        "redis",
    ];

    fn parse(word: &str) -> Option<Self> {
        match word {
            "aws-iam" => Some(Self::AwsIam),
            "azure-entra" => Some(Self::AzureEntra),
            "azure-storage" => Some(Self::AzureStorage),
            "exec" => Some(Self::Exec),
            "http" => Some(Self::Http),
            "manual" => Some(Self::Manual),
            "mariadb" => Some(Self::Mariadb),
            "openbao-approle" => Some(Self::OpenbaoApprole),
            "postgres" => Some(Self::Postgres),
            "redis" => Some(Self::Redis),
            _ => None,
        }
    }
}

impl fmt::Display for IssuerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AwsIam => "aws-iam",
            Self::AzureEntra => "azure-entra",
            Self::AzureStorage => "azure-storage",
            Self::Exec => "exec",
            Self::Http => "http",
            Self::Manual => "manual",
            Self::Mariadb => "mariadb",
            Self::OpenbaoApprole => "openbao-approle",
            Self::Postgres => "postgres",
            Self::Redis => "redis",
        })
    }
}

/// The named issuers; none for one that was refused, so that its secrets are not refused for it too.
pub(super) type Issuers = BTreeMap<String, Option<IssuerTable>>;

/// Checks every `[issuer.*]`.
pub(super) fn named(check: &mut Check, nodes: &BTreeMap<Located<String>, Node>) -> Issuers {
    nodes.iter().map(|(name, node)| (name.value.clone(), build(check, Some(name), node))).collect()
}

/// The issuer of a secret: a name, or a table inline.
pub(super) fn chosen(check: &mut Check, known: &Issuers, node: &Node) -> Option<IssuerTable> {
    match &node.value {
        Value::Table(_) => build(check, None, node),
        Value::Text(name) => match known.get(name) {
            Some(issuer) => issuer.clone(),
            None => check.refuse(unknown(known, name, node)),
        },
        other => {
            let message = format!("`issuer`: expected a name or a table, found {}", other.kind());
            check.refuse(Problem::new(node.span.clone(), message))
        }
    }
}

fn build(check: &mut Check, name: Option<&Located<String>>, node: &Node) -> Option<IssuerTable> {
    let (table, kind) = node.without("type");
    let at = name.map_or(&node.span, |name| &name.span).clone();
    if !matches!(node.value, Value::Table(_)) {
        return check.refuse(Problem::new(at, "an issuer is a table").hinted("begin it with [issuer.NAME]"));
    }
    if let (table, Some((_, preset))) = table.without("preset") {
        return based(check, name, kind.map(|(_, kind)| kind), &preset, table);
    }
    let Some((_, kind)) = kind else {
        let problem = Problem::new(at, "an issuer needs a `type` or a `preset`");
        return check.refuse(problem.hinted(format!("a type is one of {}", suggest::list(&IssuerKind::WORDS))));
    };
    let kind = match kind.text() {
        Some(word) => match IssuerKind::parse(word) {
            Some(kind) => Some(kind),
            None => check.refuse(unknown_type(word, &kind)),
        },
        None => check.refuse(Problem::new(kind.span, "`type` is a text")),
    }?;
    Some(IssuerTable { name: name.map(|name| name.value.clone()), kind, preset: None, table: check.table(table) })
}

/// An issuer that builds on a preset of the http issuer.
fn based(
    check: &mut Check,
    name: Option<&Located<String>>,
    kind: Option<Node>,
    preset: &Node,
    table: Node,
) -> Option<IssuerTable> {
    if let Some(kind) = kind.filter(|kind| kind.text() != Some("http")) {
        return check.refuse(Problem::new(kind.span, "a preset is of the type `http`").hinted("leave `type` out"));
    }
    let word = match preset.text() {
        Some(word) if PRESETS.contains(&word) => word.to_owned(),
        Some(word) => {
            let problem = Problem::new(preset.span.clone(), format!("there is no preset `{}`", word.escape_debug()));
            return check.refuse(problem.showing().hinted(suggest::hint(word, &PRESETS)));
        }
        None => return check.refuse(Problem::new(preset.span.clone(), "`preset` is a text")),
    };
    let table = check.table(table).from(preset.span.clone());
    let name = name.map(|name| name.value.clone());
    Some(IssuerTable { name, kind: IssuerKind::Http, preset: Some(word), table })
}

fn unknown_type(word: &str, node: &Node) -> Problem {
    let span = node.span.clone();
    if later::is_issuer(word) {
        return Problem::later(span, format_args!("the issuer type `{word}`")).showing();
    }
    Problem::unknown_word(span, word, &IssuerKind::WORDS, later::Trust::Foreign)
}

fn unknown(known: &Issuers, name: &str, node: &Node) -> Problem {
    let problem = Problem::new(node.span.clone(), format!("there is no issuer `{}`", name.escape_debug())).showing();
    match suggest::closest(name, known.keys().map(String::as_str)) {
        Some(close) => problem.hinted(format!("did you mean `{close}`?")),
        None => problem.hinted(format!("add a table [issuer.{}]", name.escape_debug())),
    }
}
