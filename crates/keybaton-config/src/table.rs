//! A table of the file that its connector reads.

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::Error;
use crate::document::Document;
use crate::later::Trust;
use crate::node::{Node, Span};
use crate::problem::Problem;
use crate::remark::Level;
use crate::suggest;

/// A table of the file that its connector reads, with its place. `Debug` shows its keys, never a value.
#[derive(Clone)]
pub struct Table {
    document: Arc<Document>,
    node: Arc<Node>,
    /// Where a mistake stands that is in nothing that the user wrote.
    origin: Span,
}

impl Table {
    pub(crate) fn new(document: Arc<Document>, node: Node) -> Self {
        let origin = node.span.clone();
        Self { document, node: Arc::new(node), origin }
    }

    /// The same, where what is laid below it later comes from what is named at `origin`.
    pub(crate) fn from(self, origin: Span) -> Self {
        Self { origin, ..self }
    }

    /// Lays the table over `base`: tables key by key, everything else as a whole. A key of `moves` goes into the table
    /// that is named beside it first. What comes from `base` stands where the table says what it builds on.
    #[must_use]
    pub fn over(&self, base: &serde_json::Value, moves: &[(&str, &'static str)]) -> Self {
        let below = Node::from_json(base, &self.origin);
        let mine = moves.iter().fold((*self.node).clone(), |node, (key, table)| node.gathered(key, table));
        let node = Node { span: self.origin.clone(), ..mine.over(&below) };
        Self { document: Arc::clone(&self.document), node: Arc::new(node), origin: self.origin.clone() }
    }

    /// Its content, without the places.
    pub fn content(&self) -> serde_json::Value {
        self.node.to_json()
    }

    /// An error about a key that is none of `known`.
    pub fn stranger(&self, key: &str, known: &[&str]) -> Error {
        let span = self.node.entry(key).map_or_else(|| self.span(), |(key, _)| key.span.clone());
        let problem = Problem::new(span, format!("unknown key `{}`", key.escape_debug()));
        self.refuse(problem.hinted(suggest::hint(key, known)))
    }

    /// Reads the table as a `T`, usually with `#[serde(deny_unknown_fields)]`.
    ///
    /// Errors carry line, column, "did you mean" and what a later version knows. They repeat keys and the words of
    /// `T`'s own errors, never the text of a value.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.node.read().map_err(|fault| self.refuse(Problem::of(fault, &self.node, Trust::Foreign)))
    }

    /// Where the table stands.
    pub fn span(&self) -> Span {
        self.node.span.clone()
    }

    /// The file that has it.
    pub fn document(&self) -> &Arc<Document> {
        &self.document
    }

    /// Its keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.node.entries().iter().map(|(key, _)| key.value.as_str())
    }

    /// The text under `key`, if it is one.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.node.get(key)?.text()
    }

    /// An error about the table as a whole.
    pub fn error(&self, message: impl Into<String>, hint: Option<&str>) -> Error {
        self.document.error_at(self.origin.clone(), message, hint)
    }

    /// An error about the value under `path`, such as `["create", "request"]`; about the nearest part that is there,
    /// when there is no such value.
    pub fn error_at(&self, path: &[&str], message: impl Into<String>, hint: Option<&str>) -> Error {
        let (mut node, mut span) = (self.node.as_ref(), &self.origin);
        for key in path {
            let Some(next) = node.get(key) else { break };
            (node, span) = (next, &next.span);
        }
        self.document.error_at(span.clone(), message, hint)
    }

    fn refuse(&self, problem: Problem) -> Error {
        Error::Invalid { remarks: vec![self.document.remark(Level::Error, problem)] }
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("at", &self.node.span).field("value", &self.node.value).finish_non_exhaustive()
    }
}
