//! Names and sizes of source files.

use super::house;

/// A file of more lines holds more than one noun.
const MOST_LINES: usize = 600;

/// Names that say nothing.
const EMPTY_NAMES: [&str; 7] = ["utils", "util", "helpers", "helper", "common", "misc", "manager"];

fn all() -> Vec<house::Source> {
    let mut all = house::sources("crates");
    all.extend(house::sources("xtask"));
    all
}

#[test]
fn no_source_file_is_too_long() {
    let long = all().into_iter().filter(|source| source.text.lines().count() > MOST_LINES);
    assert_eq!(long.map(|source| source.path).collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn no_file_or_folder_has_a_name_that_says_nothing() {
    let is_empty = |part: &str| EMPTY_NAMES.contains(&part.trim_end_matches(".rs"));
    let empty = all().into_iter().filter(|source| source.path.split('/').any(is_empty));
    assert_eq!(empty.map(|source| source.path).collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn every_file_that_ships_begins_by_saying_what_lives_in_it() {
    let silent = house::shipped().into_iter().filter(|source| !source.text.starts_with("//! "));
    assert_eq!(silent.map(|source| source.path).collect::<Vec<_>>(), Vec::<String>::new());
}
