//! A problem together with the file that has it, ready to be shown.

use std::fmt;
use std::sync::Arc;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Origin, Renderer, Snippet, normalize_untrusted_str};

use crate::document::Document;
use crate::mask::Masked;
use crate::problem::Problem;

/// Something about a place in the configuration: an error, or a warning.
///
/// `Display` is one line, `path:line:column: message`; [`Remark::render`] shows the line of the file too.
#[derive(Clone, Debug)]
pub struct Remark {
    document: Arc<Document>,
    level: Level,
    problem: Problem,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The file is refused.
    Error,
    /// The file is taken.
    Warning,
}

/// Whether colour is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// Plain text.
    #[default]
    Never,
    /// ANSI escapes.
    Always,
}

impl Remark {
    pub(crate) fn new(document: Arc<Document>, level: Level, problem: Problem) -> Self {
        Self { document, level, problem }
    }

    /// How bad it is.
    pub fn level(&self) -> Level {
        self.level
    }

    /// What is the matter, in one line without a place.
    pub fn message(&self) -> &str {
        &self.problem.message
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&str> {
        self.problem.hint.as_deref()
    }

    /// The file that has it.
    pub fn path(&self) -> &std::path::Path {
        self.document.path_at(self.problem.span.start)
    }

    /// The line, from 1.
    pub fn line(&self) -> usize {
        self.document.position(self.problem.span.start).0
    }

    /// The column in characters, from 1.
    pub fn column(&self) -> usize {
        self.document.position(self.problem.span.start).1
    }

    /// The message, the line of the file with its values masked, and a `hint:` line; without a newline at the end.
    pub fn render(&self, color: Color) -> String {
        let (level, style) = match self.level {
            Level::Error => (annotate_snippets::Level::ERROR, annotate_snippets::Level::HELP),
            Level::Warning => (annotate_snippets::Level::WARNING, annotate_snippets::Level::HELP),
        };
        let mut report = vec![self.primary(level)];
        if let Some((span, label)) = self.other_line() {
            let title = annotate_snippets::Level::NOTE.secondary_title(printable(label));
            report.push(self.shown(Group::with_title(title), span, AnnotationKind::Context));
        }
        if let Some(hint) = self.hint() {
            report.push(Group::with_title(style.with_name("hint").secondary_title(printable(hint))));
        }
        let renderer = if color == Color::Always { Renderer::styled() } else { Renderer::plain() };
        without_second_arrow(&renderer.decor_style(DecorStyle::Ascii).render(&report))
    }

    fn primary(&self, level: annotate_snippets::Level<'static>) -> Group<'_> {
        self.shown(
            Group::with_title(level.primary_title(printable(self.message()))),
            &self.problem.span,
            AnnotationKind::Primary,
        )
    }

    fn other_line(&self) -> Option<(&crate::node::Span, &String)> {
        self.problem.other.as_ref().map(|(span, label)| (span, label))
    }

    fn shown<'a>(&self, group: Group<'a>, span: &crate::node::Span, kind: AnnotationKind) -> Group<'a> {
        let (line, column) = self.document.position(span.start);
        let path = printable(&self.document.path_at(span.start).display().to_string());
        let masked = Masked::new(&self.document, span, self.problem.shows);
        let mark = masked.map(span);
        group
            .element(Origin::path(path).line(line).char_column(column))
            .element(Snippet::source(masked.text).line_start(masked.line).fold(false).annotation(kind.span(mark)))
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = printable(&self.path().display().to_string());
        write!(f, "{path}:{}:{}: {}", self.line(), self.column(), printable(self.message()))
    }
}

/// The renderer would take the column from the masked line, so it gets the place as an origin of its own; and then marks
/// the line below as if it were another file's, on a line of its own, which says nothing.
fn without_second_arrow(text: &str) -> String {
    let plain = |line: &str| {
        let mut parts = line.split('\x1b');
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |plain, part| plain + part.split_once('m').map_or(part, |(_, rest)| rest))
    };
    text.lines().filter(|line| plain(line).trim() != ":::").collect::<Vec<_>>().join("\n")
}

/// The text without control characters, which could paint over a terminal.
fn printable(text: &str) -> String {
    normalize_untrusted_str(text).replace(|c: char| c.is_control() && c != '\n', "\u{fffd}")
}
