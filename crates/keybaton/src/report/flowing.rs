//! Sentences that are broken between words where the terminal is narrower.

use super::hanging;
use crate::cli::help::wrapped;

/// A text stands beside its head while this much is left for it; below that it goes on in the next line.
const LEAST: usize = 24;

/// How far in a text stands that has no room beside its head.
const INDENT: usize = 4;

/// A sentence; what follows its first line stands two further in.
pub(crate) fn flowing(text: &str, width: Option<usize>) -> String {
    match width {
        Some(width) if text.chars().count() > width => hanging(text, width).join("\n"),
        _ => text.to_owned(),
    }
}

/// A text behind its head, which may be styled; what follows its first line stands below that.
pub(crate) fn beside(head: &str, text: &str, width: Option<usize>) -> String {
    let columns = anstream::adapter::strip_str(head).to_string().chars().count();
    // What is laid out in lines, such as a place in a file, stays as it is.
    let fits = |width: &usize| text.contains('\n') || columns + text.chars().count() <= *width;
    let Some(width) = width.filter(|width| !fits(width)) else {
        return format!("{head}{text}");
    };
    let (room, indent, first) = match width.saturating_sub(columns) {
        room if room >= LEAST => (room, columns, head.to_owned()),
        _ => (width.saturating_sub(INDENT), INDENT, format!("{}\n{}", head.trim_end(), " ".repeat(INDENT))),
    };
    let gap = format!("\n{}", " ".repeat(indent));
    format!("{first}{}", wrapped(text, room.max(LEAST / 2)).join(&gap))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "accept the new key and show no refusal";

    #[test]
    fn a_text_that_fits_and_one_without_a_terminal_stay_a_line() {
        assert_eq!(beside("1. ", TEXT, Some(41)), format!("1. {TEXT}"));
        assert_eq!(beside("1. ", TEXT, None), format!("1. {TEXT}"));
        assert_eq!(flowing(TEXT, None), TEXT);
    }

    #[test]
    fn a_text_that_does_not_fit_goes_on_below_its_beginning() {
        assert_eq!(beside("1. ", TEXT, Some(30)), "1. accept the new key and show\n   no refusal");
        assert_eq!(beside("\u{1b}[1m1.\u{1b}[0m ", TEXT, Some(30)).lines().nth(1), Some("   no refusal"));
        assert_eq!(flowing(TEXT, Some(30)), "accept the new key and show\n  no refusal");
    }

    #[test]
    fn a_text_without_room_beside_its_head_begins_in_the_next_line() {
        let narrow = beside("  1. minting          ", TEXT, Some(40));
        assert_eq!(narrow, "  1. minting\n    accept the new key and show no\n    refusal");
    }
}
