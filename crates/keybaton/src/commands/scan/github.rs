//! Annotations of GitHub Actions: workflow commands, a line for each finding.

use keybaton_scan::Verdict;

use super::{Found, Seen, text};
use crate::report::Report;

/// Prints every finding.
pub(super) fn print(report: &Report, seen: &Seen) {
    for found in &seen.found {
        report.data(&annotation(found));
    }
}

fn annotation(found: &Found) -> String {
    let finding = &found.finding;
    let level = if found.verdict == Verdict::Malformed { "warning" } else { "error" };
    let file = finding.path.as_deref().map(|path| format!("file={},", property(path))).unwrap_or_default();
    let title = property(&format!("{} found", finding.rule));
    let message = data(&format!("{}: {}", text::plain(&found.title), finding.masked));
    format!("::{level} {file}line={},col={},title={title}::{message}", finding.line, found.shown.column)
}

/// A message, with what would end it put into other signs.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property, with what would end it put into other signs.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::property;

    #[test]
    fn a_path_cannot_say_a_command_of_its_own() {
        assert_eq!(property("a,b:c\n::set-output 100%"), "a%2Cb%3Ac%0A%3A%3Aset-output 100%25");
    }
}
