//! Colour: on a terminal only, unless somebody says so.

use crate::stage::Keybaton;

const ESCAPE: char = '\u{1b}';

#[tokio::test]
async fn there_is_no_colour_without_a_terminal() {
    let ended = Keybaton::new().run("status").await.exits(2);
    assert!(!ended.err.contains(ESCAPE), "{}", ended.transcript());
}

#[tokio::test]
async fn colour_is_decoration_that_can_be_forced() {
    let keybaton = Keybaton::new();
    let plain = keybaton.run("status").await.exits(2);
    let colored = keybaton.run("status --color always").await.exits(2);
    assert!(colored.err.contains(ESCAPE), "{}", colored.transcript());
    assert_eq!(stripped(&colored.err), plain.err);
}

#[tokio::test]
async fn no_color_is_obeyed_on_a_terminal() {
    let mut keybaton = Keybaton::new();
    keybaton.set("TERM", "xterm-256color");
    let line = format!("script -qec '{} status' /dev/null", env!("CARGO_BIN_EXE_keybaton"));
    let colored = keybaton.run_under(&["sh", "-c", &line], "").await;
    assert!(colored.out.contains(ESCAPE), "a terminal gets colour:\n{}", colored.transcript());
    keybaton.set("NO_COLOR", "1");
    let plain = keybaton.run_under(&["sh", "-c", &line], "").await;
    assert!(!plain.out.contains(ESCAPE), "{}", plain.transcript());
}

#[tokio::test]
async fn the_heading_of_a_wrong_configuration_stands_there_once() {
    let keybaton = Keybaton::new();
    keybaton.write("keybaton.toml", "version = 1\n[sate]\n");
    let colored = keybaton.run("status --color always").await.exits(2);
    let plain = keybaton.run("status").await.exits(2).explains();
    assert_eq!(stripped(&colored.err), plain.err);
}

/// The text without its colours.
fn stripped(text: &str) -> String {
    let mut parts = text.split(ESCAPE);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| all + part.split_once('m').map_or(part, |(_, rest)| rest))
}
