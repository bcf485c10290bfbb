//! The checked configuration.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keybaton_types::SecretId;

use super::check::Check;
use super::{
    AlertTable, IssuerTable, Secret, Server, SignalTable, State, VaultTable, alert, issuer, secret, signal, vault,
};
use crate::document::Document;
use crate::later::Trust;
use crate::node::Node;
use crate::problem::Problem;
use crate::remark::Remark;
use crate::{Error, raw};

/// The version of the format that is read here.
const VERSION: i64 = 1;

/// The checked configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// The files, for errors that only its reader can find: [`Document::error_at`].
    pub document: Arc<Document>,
    /// The folder of the main file, where relative paths start.
    pub folder: PathBuf,
    /// The version of the format.
    pub version: u32,
    /// Where the ledger is kept.
    pub state: State,
    /// Where `serve` listens.
    pub server: Server,
    /// Every secret in each of its environments.
    pub secrets: BTreeMap<SecretId, Secret>,
    /// The named issuers.
    pub issuers: BTreeMap<String, IssuerTable>,
    /// The named vaults; `embedded` is always among them.
    pub vaults: BTreeMap<String, VaultTable>,
    /// The channels on which people are told of alerts.
    pub alerts: BTreeMap<String, AlertTable>,
    /// Somebody else's metrics that are listened to.
    pub signals: BTreeMap<String, SignalTable>,
    /// What is allowed and probably not meant.
    pub warnings: Vec<Remark>,
}

impl Config {
    /// Checks `text`, which stands in `path`; relative paths start at `folder`.
    pub fn parse(path: &Path, folder: &Path, text: &str) -> Result<Self, Error> {
        Self::join(path, folder, text, Vec::new())
    }

    /// The same with other files, each a path and a text, that are read as if they stood in the main one.
    pub fn join(path: &Path, folder: &Path, text: &str, others: Vec<(PathBuf, String)>) -> Result<Self, Error> {
        let document = Document::parse(path, text, others)?;
        let mut check = Check::new(Arc::clone(&document), folder);
        let built = document.root().and_then(|root| Self::build(&mut check, &document, root));
        let warnings = check.finish()?;
        built
            .map(|config| Self { warnings, ..config })
            .ok_or_else(|| document.error_at(0..0, "the file is empty", None))
    }

    /// The path by which the file was opened.
    pub fn path(&self) -> &Path {
        self.document.path()
    }

    fn build(check: &mut Check, document: &Arc<Document>, root: &Node) -> Option<Self> {
        version(check, root)?;
        let file: raw::File = check.read(root, Trust::Foreign)?;
        let defaults =
            file.defaults.and_then(|node| check.read::<raw::Defaults>(&node, Trust::Own)).unwrap_or_default();
        let issuers = issuer::named(check, &file.issuer);
        let vaults = vault::named(check, &file.vault);
        let alerts = alert::named(check, &file.alert);
        let known = secret::Known { issuers: &issuers, vaults: &vaults, alerts: &alerts, defaults: &defaults.into() };
        let secrets = secret::all(check, &known, &file.secret);
        alert::unused(check, file.alert.keys(), secrets.values());
        Some(Self {
            document: Arc::clone(document),
            folder: check.folder().to_owned(),
            version: file.version.value,
            state: State::build(check, file.state.as_ref()),
            server: Server::build(check, file.server.as_ref()),
            signals: signal::named(check, &file.signal, &secrets),
            secrets,
            issuers: issuers.into_iter().filter_map(|(name, issuer)| Some((name, issuer?))).collect(),
            vaults: vaults.into_iter().filter_map(|(name, vault)| Some((name, vault?))).collect(),
            alerts: alerts.into_iter().filter_map(|(name, alert)| Some((name, alert?))).collect(),
            warnings: Vec::new(),
        })
    }
}

/// Refuses another version before its keys are called unknown.
fn version(check: &mut Check, root: &Node) -> Option<()> {
    match root.get("version") {
        None => check.refuse(Problem::new(0..0, "`version` is missing").hinted("begin the file with `version = 1`")),
        Some(node) => match node.value {
            crate::node::Value::Integer(VERSION) => Some(()),
            _ => check.refuse(
                Problem::new(node.span.clone(), "this version of keybaton reads `version = 1` only")
                    .showing()
                    .hinted("a newer keybaton may read this file"),
            ),
        },
    }
}
