//! The forms in which findings are printed.

use clap::ValueEnum;

use super::{Seen, github, sarif, text};
use crate::report::Report;

/// A form of the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    #[default]
    Text,
    /// The document of `--json`.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
}

impl Format {
    /// Prints what was found.
    pub(super) fn print(self, report: &Report, seen: &Seen) {
        match self {
            Self::Text => text::print(report, seen),
            Self::Json => report.document(&super::document(seen)),
            Self::Sarif => report.document(&sarif::log(seen)),
            Self::Github => github::print(report, seen),
        }
    }
}
