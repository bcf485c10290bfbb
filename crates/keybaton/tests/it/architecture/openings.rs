//! Two doors are closed by a lint: the plaintext of a value, and the wall clock. ARCHITECTURE.md lists each opening.

use super::{documents::Section, house};

/// The table of openings, as ARCHITECTURE.md has it.
fn table() -> String {
    let mut rows = vec!["| file | door | why it is open |".to_owned(), "|---|---|---|".to_owned()];
    for source in house::shipped() {
        let door = if source.text.contains("SystemTime::now") { "wall clock" } else { "plaintext" };
        rows.extend(reasons(&source.text).map(|reason| format!("| `{}` | {door} | {reason} |", source.path)));
    }
    rows.join("\n")
}

/// The reasons of the expectations of the lint in one file.
fn reasons(text: &str) -> impl Iterator<Item = &str> {
    text.split("clippy::disallowed_methods").skip(1).map(|rest| {
        let (_, reason) = rest.split_once("reason = \"").expect("an opening states its reason");
        reason.split_once('"').unwrap().0
    })
}

#[test]
fn architecture_lists_every_opening_of_the_closed_doors() {
    Section { page: "ARCHITECTURE.md", name: "openings" }.compare(&table());
}

#[test]
fn a_door_is_opened_by_an_expectation_and_never_by_an_allowance() {
    let allowed =
        house::shipped().into_iter().filter(|source| source.text.contains("allow(clippy::disallowed_methods"));
    assert_eq!(allowed.map(|source| source.path).collect::<Vec<_>>(), Vec::<String>::new());
}
