//! The text of a configuration, of one file or of several, and what can be said about a place in it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::Error;
use crate::merge::merged;
use crate::node::{Node, Span};
use crate::problem::Problem;
use crate::remark::{Level, Remark};

/// The text of a configuration: the main file, and those beside it. Shared by everything that was read from it, so that a
/// later error still shows the line; its `Debug` shows the paths alone.
///
/// All files stand one after the other in one range of bytes, so a place is a [`Span`] whatever file it is in.
pub struct Document {
    /// The files in the order in which they were read, the main one first; never empty.
    parts: Vec<Part>,
    text: String,
    root: Option<Node>,
}

/// One file of a configuration.
struct Part {
    path: PathBuf,
    /// Where its text begins.
    start: usize,
}

impl Document {
    /// Parses the main file and those beside it, in this order.
    pub(crate) fn parse(path: &Path, text: &str, others: Vec<(PathBuf, String)>) -> Result<Arc<Self>, Error> {
        let mut document = Self { parts: Vec::new(), text: String::new(), root: None };
        document.add(path.to_owned(), text);
        for (path, text) in others {
            document.add(path, &text);
        }
        match document.tree() {
            Ok(root) => Ok(Arc::new(Self { root: Some(root), ..document })),
            Err(problem) => {
                let document = Arc::new(document);
                Err(Error::Invalid { remarks: vec![document.remark(Level::Error, *problem)] })
            }
        }
    }

    /// The path by which the main file was opened.
    pub fn path(&self) -> &Path {
        self.parts.first().map_or(Path::new(""), |part| &part.path)
    }

    /// Every file, the main one first.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.parts.iter().map(|part| part.path.as_path())
    }

    /// The file in which a byte of the text stands.
    pub fn path_at(&self, offset: usize) -> &Path {
        self.part_at(offset).map_or(Path::new(""), |part| &part.path)
    }

    /// The line and the column of a byte of the text in its file, both from 1; columns count characters.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let start = self.part_at(offset).map_or(0, |part| part.start);
        let before = self.text.get(start..offset).or_else(|| self.text.get(start..)).unwrap_or_default();
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

    /// Puts a file behind the others, on a line of its own.
    fn add(&mut self, path: PathBuf, text: &str) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.parts.push(Part { path, start: self.text.len() });
        self.text.push_str(text);
    }

    /// The tree of all files; the problem is boxed because it is much larger than a tree.
    fn tree(&self) -> Result<Node, Box<Problem>> {
        let ends = self.parts.iter().skip(1).map(|part| part.start).chain([self.text.len()]);
        let mut trees = Vec::new();
        for (part, end) in self.parts.iter().zip(ends) {
            let text = self.text.get(part.start..end).unwrap_or_default();
            trees.push(Node::parse(text, part.start).map_err(|fault| {
                let span = fault.span.clone().unwrap_or(part.start..part.start);
                Box::new(Problem::new(span, fault.to_string()).hinted("the file is TOML 1.1, see toml.io"))
            })?);
        }
        merged(trees, &self.text)
    }

    fn part_at(&self, offset: usize) -> Option<&Part> {
        self.parts.iter().rev().find(|part| part.start <= offset).or_else(|| self.parts.first())
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").field("paths", &self.paths().collect::<Vec<_>>()).finish_non_exhaustive()
    }
}
