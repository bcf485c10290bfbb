//! A page that is written from the code.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What a reader is told at the head of each page.
const NOTICE: &str = "<!-- Written by `KEYBATON_BLESS=1 cargo test -p keybaton --test reference`; do not edit. -->";

/// Compares a page with what it should be; `KEYBATON_BLESS=1` rewrites it.
pub(crate) fn compare(name: &str, title: &str, body: &str) {
    let wanted = format!("# {title}\n\n{NOTICE}\n\n{}\n", body.trim());
    let path = folder().join(name);
    if std::env::var_os("KEYBATON_BLESS").is_some_and(|value| value == "1") {
        fs::create_dir_all(folder()).unwrap();
        fs::write(&path, &wanted).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let rewrite = "KEYBATON_BLESS=1 cargo test -p keybaton --test reference";
    assert!(kept == wanted, "docs/reference/{name} is out of date; `{rewrite}` rewrites it:\n{}", diff(&kept, &wanted));
}

fn folder() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&package).ancestors().nth(2).unwrap().join("docs/reference")
}

/// The lines between the first and the last that differ.
fn diff(kept: &str, wanted: &str) -> String {
    let (kept, wanted): (Vec<&str>, Vec<&str>) = (kept.lines().collect(), wanted.lines().collect());
    let head = kept.iter().zip(&wanted).take_while(|(a, b)| a == b).count();
    let (kept, wanted) = (&kept[head..], &wanted[head..]);
    let tail = kept.iter().rev().zip(wanted.iter().rev()).take_while(|(a, b)| a == b).count();
    let lines = |mark: char, lines: &[&str]| -> Vec<String> {
        lines[..lines.len() - tail].iter().map(|line| format!("{mark} {line}")).collect()
    };
    let place = format!("@ line {}", head + 1);
    [vec![place], lines('-', kept), lines('+', wanted)].concat().join("\n")
}

#[test]
fn a_diff_shows_what_differs_and_nothing_else() {
    assert_eq!(diff("a\nb\nc\nd\n", "a\nx\nc\nd\n"), "@ line 2\n- b\n+ x");
    assert_eq!(diff("a\nb\n", "a\nb\nc\n"), "@ line 3\n+ c");
    assert_eq!(diff("", "a\n"), "@ line 1\n+ a");
}
