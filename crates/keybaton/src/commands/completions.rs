//! `completions`: a script for a shell, which asks `complete-secrets` for the names of secrets while somebody types.

use clap::{Args, Command};
use clap_complete::{Shell, generate};
use keybaton_config::{Config, discover};
use keybaton_ports::{Failure, FailureKind};
use serde::Serialize;

use super::{Context, Ended};
use crate::{cli::Cli, exit::Exit};

/// Prints a script that completes commands, flags and names of secrets.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  keybaton completions bash > ~/.local/share/bash-completion/completions/keybaton\n  \
                        keybaton completions fish > ~/.config/fish/completions/keybaton.fish"
)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the names of all secrets, for the script of a shell. It never fails: a prompt is no place for an error.
#[derive(Debug, Args)]
pub(crate) struct CompleteSecretsArgs {}

/// `keybaton/completions/v1`.
#[derive(Serialize)]
struct Document {
    schema: &'static str,
    shell: String,
    script: String,
}

pub(crate) fn run(context: Context<'_>, args: &CompletionsArgs) -> Ended {
    let script = script(args.shell)?;
    if context.report.json {
        let document = Document { schema: "keybaton/completions/v1", shell: args.shell.to_string(), script };
        context.report.document(&document);
    } else {
        context.report.data(script.trim_end());
    }
    Ok(Exit::Done)
}

pub(crate) fn names(context: Context<'_>) -> Exit {
    let path = discover(context.global.config.as_deref(), |name| std::env::var_os(name), std::path::Path::exists);
    if let Ok(config) = path.and_then(|path| Config::load(&path)) {
        for secret in config.secrets.keys() {
            context.report.data(&secret.to_string());
        }
    }
    Exit::Done
}

fn script(shell: Shell) -> Result<String, Failure> {
    let mut command = Cli::arranged();
    let takers = takers(&command);
    let mut bytes = Vec::new();
    generate(shell, &mut command, "keybaton", &mut bytes);
    let text = String::from_utf8(bytes).map_err(|error| {
        Failure::new(FailureKind::Unknown, "the script is not text").because(&error).safe("nothing was written")
    })?;
    Ok(match shell {
        Shell::Bash => text + &bash(&takers),
        Shell::Zsh => zsh(&text),
        Shell::Fish => text + &fish(&takers),
        // These two complete commands and flags only.
        _ => text,
    })
}

/// The commands, without those that only hold others, that take the name of a secret.
fn takers(command: &Command) -> Vec<String> {
    let own = command.get_positionals().any(|argument| argument.get_id() == "secret");
    let below = command.get_subcommands().flat_map(takers);
    let mut names: Vec<String> = own.then(|| command.get_name().to_owned()).into_iter().chain(below).collect();
    names.sort();
    names.dedup();
    names
}

/// Adds the names to what the generated function found, where one of the words is a command that takes them.
fn bash(takers: &[String]) -> String {
    format!(
        r#"
_keybaton_with_secrets() {{
    _keybaton "$@"
    local word="${{COMP_WORDS[COMP_CWORD]}}" earlier
    [[ "$word" == -* ]] && return 0
    for earlier in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case "$earlier" in
            {})
                COMPREPLY+=($(compgen -W "$("${{COMP_WORDS[0]}}" complete-secrets 2>/dev/null)" -- "$word"))
                return 0
                ;;
        esac
    done
    return 0
}}
complete -F _keybaton_with_secrets -o nosort -o bashdefault -o default keybaton
"#,
        takers.join("|")
    )
}

/// The generated script completes a name of a secret as if it were a file.
fn zsh(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(zsh_line).collect();
    let function = "(( $+functions[_keybaton_secrets] )) ||\n_keybaton_secrets() {\n    \
                    local -a secrets\n    secrets=(${(f)\"$(${words[1]:-keybaton} complete-secrets 2>/dev/null)\"})\n    \
                    compadd -a secrets\n}\n";
    let lines = lines.join("\n");
    match lines.split_once("\n_keybaton() {") {
        Some((head, rest)) => format!("{head}\n{function}\n_keybaton() {{{rest}\n"),
        None => format!("{lines}\n"),
    }
}

/// A positional is written `'::secret -- what it is:_default'`.
fn zsh_line(line: &str) -> String {
    let is_secret = line.trim_start_matches(['\'', ':', '*']).starts_with("secret -- ");
    if is_secret { line.replace(":_default'", ":_keybaton_secrets'") } else { line.to_owned() }
}

fn fish(takers: &[String]) -> String {
    format!(
        "complete -c keybaton -n \"__fish_seen_subcommand_from {}\" -f -a \"(keybaton complete-secrets 2>/dev/null)\"\n",
        takers.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;

    #[test]
    fn every_shell_gets_a_script_that_knows_the_commands() {
        for shell in Shell::value_variants() {
            let script = script(*shell).unwrap();
            assert!(script.contains("rotate") && script.contains("rollback"), "{shell}");
        }
    }

    #[test]
    fn the_names_of_secrets_are_asked_for_where_a_command_takes_them() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let script = script(shell).unwrap();
            assert!(script.contains("complete-secrets 2>/dev/null"), "{shell}");
        }
        let zsh = script(Shell::Zsh).unwrap();
        assert!(zsh.contains(":_keybaton_secrets'"), "{zsh}");
        let takers = takers(&Cli::arranged());
        assert!(["ack", "adopt", "rotate", "rollback"].iter().all(|name| takers.iter().any(|taker| taker == name)));
        assert!(!takers.iter().any(|taker| taker == "status"));
    }
}
