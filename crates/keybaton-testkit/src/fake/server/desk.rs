//! What a fake keybaton knows: how it behaves, what it serves, what came.

use std::collections::BTreeMap;
use std::time::Duration;

use keybaton_types::wire::{AuthResults, Sighted};

use super::{SECRET, Served};

/// How a fake keybaton behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerMode {
    /// As it should.
    Well,
    /// Answers with this status.
    Status(u16),
    /// Answers 429 with `Retry-After` in seconds.
    Throttles(u64),
    /// Takes requests and never answers.
    Hangs,
    /// Answers with half a document.
    Babbles,
}

/// A read that came.
#[derive(Clone, Debug)]
pub struct Read {
    /// The secret.
    pub secret: String,
    /// The name of the instance.
    pub instance: Option<String>,
    /// How it treats its term.
    pub lease: Option<String>,
    /// How long it waits for news.
    pub wait: Option<String>,
}

/// What came and what is served.
pub struct ServerDesk {
    /// How it behaves.
    pub mode: ServerMode,
    /// The token that is let in.
    pub token: String,
    /// How long each answer takes.
    pub delay: Duration,
    /// What is served, by secret.
    pub served: BTreeMap<String, Served>,
    /// Every read.
    pub reads: Vec<Read>,
    /// Instance, secret, sighting.
    pub sightings: Vec<(String, String, Sighted)>,
    /// Instance, secret, results.
    pub results: Vec<(String, String, AuthResults)>,
}

impl ServerDesk {
    pub(super) fn new(token: &str) -> Self {
        Self {
            mode: ServerMode::Well,
            token: token.to_owned(),
            delay: Duration::ZERO,
            served: BTreeMap::from([(SECRET.to_owned(), Served::version(1))]),
            reads: Vec::new(),
            sightings: Vec::new(),
            results: Vec::new(),
        }
    }
}
