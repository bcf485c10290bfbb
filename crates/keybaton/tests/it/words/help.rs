//! Every command says what it is for.

use crate::stage::Keybaton;

/// The commands of DESIGN section 7 that this version has, and those below them.
const COMMANDS: &[&str] = &[
    "demo",
    "init",
    "status",
    "adopt",
    "plan",
    "rotate",
    "rollback",
    "revoke",
    "pause",
    "resume",
    "explain",
    "check",
    "history",
    "needs-rotation",
    "consumers",
    "consumers list",
    "consumers ack",
    "consumers forget",
    "get",
    "tick",
    "serve",
    "audit",
    "audit tail",
    "audit verify",
    "audit export",
    "audit checkpoint",
    "audit show",
    "config",
    "config check",
    "config show",
    "dev",
    "connector",
    "connector list",
    "connector show",
    "connector test",
    "connector new",
    "completions",
    "man",
    "doctor",
    "state",
    "state show",
    "state backup",
    "state restore",
    "token",
    "token create",
    "token list",
    "token revoke",
];

#[tokio::test]
async fn every_command_says_what_it_is_for() {
    let keybaton = Keybaton::new();
    for command in COMMANDS {
        let help = keybaton.run(&format!("{command} --help")).await.exits(0);
        let about = help.out.lines().next().unwrap_or_default();
        assert!(about.len() > 15 && !about.starts_with("Usage"), "{}", help.transcript());
        assert!(help.out.contains(&format!("Usage: keybaton {command}")), "{}", help.transcript());
        assert_eq!(help.err, "");
    }
}

#[tokio::test]
async fn the_list_of_commands_is_complete_and_ends_with_the_exit_codes() {
    let help = Keybaton::new().run("--help").await.exits(0).prints(&["Exit codes: 0 done", "130 interrupted"]);
    for command in COMMANDS.iter().filter(|command| !command.contains(' ')) {
        assert!(help.out.lines().any(|line| line.trim_start().starts_with(&format!("{command} "))), "{command}");
    }
}

#[tokio::test]
async fn a_narrow_terminal_breaks_lines_and_not_words() {
    let mut keybaton = Keybaton::new();
    keybaton.set("COLUMNS", "40");
    for command in ["--help", "rotate --help", "adopt --help"] {
        let help = keybaton.run(command).await.exits(0);
        let wide = help.out.lines().filter(|line| line.chars().count() > 40 && !line.contains("Usage:"));
        let wide: Vec<&str> = wide.filter(|line| line.trim().contains(' ')).collect();
        assert!(wide.is_empty(), "{wide:#?}");
    }
}
