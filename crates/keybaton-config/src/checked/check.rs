//! What checking a file gathers: errors, warnings, and the words to find more.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::document::Document;
use crate::later::Trust;
use crate::node::{Node, Span};
use crate::problem::Problem;
use crate::remark::{Level, Remark};
use crate::{Error, Table};

/// What checking a file gathers. Checks go on after an error, so that one run shows them all.
pub(super) struct Check {
    document: Arc<Document>,
    folder: PathBuf,
    errors: Vec<Problem>,
    warnings: Vec<Problem>,
    /// Fields that only a schedule uses, where nothing is scheduled; one that another environment uses is no mistake.
    idle: Vec<(Span, &'static str)>,
    busy: Vec<Span>,
}

impl Check {
    pub(super) fn new(document: Arc<Document>, folder: &Path) -> Self {
        let folder = folder.to_owned();
        Self { document, folder, errors: Vec::new(), warnings: Vec::new(), idle: Vec::new(), busy: Vec::new() }
    }

    /// Reads a part of the tree as one of our own types.
    pub(super) fn read<T: DeserializeOwned>(&mut self, node: &Node, trust: Trust) -> Option<T> {
        match node.read() {
            Ok(read) => Some(read),
            Err(fault) => self.refuse(Problem::of(fault, node, trust)),
        }
    }

    /// Records an error; there is nothing to go on with.
    pub(super) fn refuse<T>(&mut self, problem: Problem) -> Option<T> {
        self.errors.push(problem);
        None
    }

    pub(super) fn warn(&mut self, problem: Problem) {
        self.warnings.push(problem);
    }

    /// Notes a field that only a schedule uses.
    pub(super) fn schedule_field(&mut self, span: &Span, name: &'static str, used: Used) {
        match used {
            Used::Yes => self.busy.push(span.clone()),
            Used::No => self.idle.push((span.clone(), name)),
        }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A part of the tree for its connector.
    pub(super) fn table(&self, node: Node) -> Table {
        Table::new(Arc::clone(&self.document), node)
    }

    /// The warnings, if there was no error.
    pub(super) fn finish(mut self) -> Result<Vec<Remark>, Error> {
        let (idle, busy) = (std::mem::take(&mut self.idle), std::mem::take(&mut self.busy));
        for (span, name) in idle.into_iter().filter(|(span, _)| !busy.contains(span)) {
            let message = format!("`{name}` has no effect without `every` or `cron`");
            self.warn(Problem::new(span, message).hinted("only scheduled rotations heed it"));
        }
        if self.errors.is_empty() {
            return Ok(remarks(&self.document, Level::Warning, self.warnings));
        }
        Err(Error::Invalid { remarks: remarks(&self.document, Level::Error, self.errors) })
    }
}

/// Whether a schedule uses a field.
#[derive(Clone, Copy)]
pub(super) enum Used {
    Yes,
    No,
}

fn remarks(document: &Arc<Document>, level: Level, mut problems: Vec<Problem>) -> Vec<Remark> {
    // What stands in [secret.NAME] is found again in each environment.
    problems.sort_by(|one, other| (one.span.start, &one.message).cmp(&(other.span.start, &other.message)));
    problems.dedup_by(|one, other| one.span == other.span && one.message == other.message);
    problems.into_iter().map(|problem| document.remark(level, problem)).collect()
}
