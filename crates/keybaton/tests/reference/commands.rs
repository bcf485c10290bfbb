//! Every command, in the words of its own `--help`.

use std::process::Command;

use crate::page;

#[test]
fn the_page_of_the_commands_is_what_they_say_themselves() {
    let mut sections = Vec::new();
    describe(&[], &mut sections);
    page::compare("commands.md", "Commands", &sections.join("\n\n"));
}

/// What `--help` of a command says, and then what those below it say.
fn describe(words: &[String], sections: &mut Vec<String>) {
    let text = help(words);
    let name = [&["keybaton".to_owned()], words].concat().join(" ");
    sections.push(format!("## {name}\n\n```text\n{text}\n```"));
    for below in commands(&text) {
        describe(&[words, &[below]].concat(), sections);
    }
}

/// The help at a fixed width, without what this machine's environment would put into it.
pub(crate) fn help(words: &[String]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keybaton"));
    command.args(words).arg("--help").env_remove("KEYBATON_CONFIG").env("COLUMNS", "100").env("NO_COLOR", "1");
    let output = command.output().unwrap();
    assert!(output.status.success(), "keybaton {} --help failed", words.join(" "));
    let text = String::from_utf8(output.stdout).unwrap();
    text.trim().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// The commands that a help lists, but for `help` itself: what stands above the options, under any heading.
fn commands(text: &str) -> Vec<String> {
    let listed = text.lines().take_while(|line| *line != "Options:" && *line != "Arguments:");
    let names = listed.filter(|line| line.starts_with("  ") && line[2..].starts_with(|c: char| c.is_ascii_lowercase()));
    names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").map(str::to_owned).collect()
}
