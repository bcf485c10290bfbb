//! The exit codes, as the help ends with them.

use crate::{commands, page};

const BEGIN: &str = "Exit codes: ";

#[test]
fn the_page_of_the_exit_codes_is_what_the_help_says() {
    let help = commands::help(&[]).replace('\n', " ");
    let (_, said) = help.split_once(BEGIN).unwrap_or_else(|| panic!("the help tells no exit codes"));
    let rows = said.trim_end_matches('.').split(", ").filter_map(|part| {
        let (code, meaning) = part.split_once(' ')?;
        code.parse::<u8>().ok().map(|code| format!("| {code} | {} |", meaning.trim()))
    });
    let rows: Vec<String> = rows.collect();
    assert_eq!(rows.len(), 8, "{said}");
    let lead = "A script may rely on these. A code that is not listed is a failure.";
    let table = format!("{lead}\n\n| code | meaning |\n|---:|---|\n{}", rows.join("\n"));
    page::compare("exit-codes.md", "Exit codes", &table);
}
