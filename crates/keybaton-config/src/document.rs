//! The text of a configuration file, and what can be said about a place in it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::Error;
use crate::node::{Node, Span};
use crate::problem::Problem;
use crate::remark::{Level, Remark};

/// The text of a configuration file. Shared by everything that was read from it, so that a later error still shows
/// the line; its `Debug` shows the path alone.
pub struct Document {
    path: PathBuf,
    text: String,
    root: Option<Node>,
}

impl Document {
    /// Parses `text`, which stands in `path`.
    pub(crate) fn parse(path: &Path, text: String) -> Result<Arc<Self>, Error> {
        let parsed = Node::parse(&text);
        let new = |text, root| Arc::new(Self { path: path.to_owned(), text, root });
        match parsed {
            Ok(root) => Ok(new(text, Some(root))),
            Err(fault) => {
                let span = fault.span.clone().unwrap_or(0..0);
                let problem = Problem::new(span, fault.to_string()).hinted("the file is TOML 1.1, see toml.io");
                Err(Error::Invalid { remarks: vec![new(text, None).remark(Level::Error, problem)] })
            }
        }
    }

    /// The path by which the file was opened.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The line and the column of a byte of the text, both from 1; columns count characters.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let line = before.rsplit_once('\n').map_or(before, |(_, line)| line);
        (before.matches('\n').count() + 1, line.chars().count() + 1)
    }

    /// An error at a place of the file, for what only its reader can know. The values on the shown line are masked.
    pub fn error_at(self: &Arc<Self>, span: Span, message: impl Into<String>, hint: Option<&str>) -> Error {
        let problem = Problem::new(span, message);
        let problem = if let Some(hint) = hint { problem.hinted(hint) } else { problem };
        Error::Invalid { remarks: vec![self.remark(Level::Error, problem)] }
    }

    pub(crate) fn remark(self: &Arc<Self>, level: Level, problem: Problem) -> Remark {
        Remark::new(Arc::clone(self), level, problem)
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn root(&self) -> Option<&Node> {
        self.root.as_ref()
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").field("path", &self.path).finish_non_exhaustive()
    }
}
