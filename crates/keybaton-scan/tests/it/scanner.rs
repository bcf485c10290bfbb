//! One text, its hits.

use keybaton_scan::{Hit, LineRanges, Rules, Scanner, Text, Verdict};

fn hits<'r>(rules: &'r Rules, text: &Text<'_>) -> Vec<Hit<'r>> {
    let mut hits = Vec::new();
    Scanner::new(rules).scan(text, &mut |hit| hits.push(hit));
    hits
}

/// A GitHub token with a right checksum, in two parts.
fn token() -> String {
    ["ghp", "_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17"].concat()
}

#[test]
fn a_wrong_checksum_demotes_a_hit_and_does_not_hide_it() {
    let rules = Rules::built_in();
    let (right, wrong) = (token(), token().replace("q17", "q18"));
    let text = format!("a\nb = {right}\n{wrong}\n");
    let hits = hits(&rules, &Text::new(text.as_bytes()));
    let seen: Vec<_> = hits.iter().map(|hit| (hit.verdict, hit.line, hit.column, &text[hit.range()])).collect();
    assert_eq!(seen, [(Verdict::Proven, 2, 5, right.as_str()), (Verdict::Malformed, 3, 1, wrong.as_str())]);
}

#[test]
fn only_lines_that_count_are_reported() {
    let rules = Rules::built_in();
    let text = format!("{0}\n{0}\n{0}\n", token());
    let lines = LineRanges::new([11..=11]);
    let text = Text { path: None, bytes: text.as_bytes(), first_line: 10, lines: Some(&lines), piece: None };
    assert_eq!(hits(&rules, &text).iter().map(|hit| hit.line).collect::<Vec<_>>(), [11]);
}

#[test]
fn the_time_grows_with_the_length_and_not_with_its_square() {
    let rules = Rules::built_in();
    let pieces = [
        "password='Kx92kdls!q' ",
        "pass pass=",
        "key:\"",
        "://a:b",
        "-----BEGIN PRIVATE KEY-----",
        "AKIA",
        "curl -u a:",
        "login(\"",
        "____----",
        "eyJeyJeyJ.eyJ",
        "auth Basic ",
        "secret: {{ ",
    ];
    for piece in pieces {
        crate::cost::grows_with_the_length(piece, &mut |text| {
            Scanner::new(&rules).scan(&Text::new(text.as_bytes()), &mut |_| {});
        });
    }
}
