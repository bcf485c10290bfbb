//! Which commands are about this machine, and so never go through a server.

use keybaton_ports::{Failure, FailureKind};

use crate::cli::{Command, Global};

/// Refuses a server that was named for a command of this machine. The variable is no mistake: it stands in the
/// environment of every command.
pub(crate) fn refuse(command: &Command, global: &Global) -> Result<(), Failure> {
    let (Some((name, why)), Some(_)) = (reason(command), &global.server) else { return Ok(()) };
    Err(Failure::new(FailureKind::Usage, format!("`keybaton {name}` does not go through a server: {why}"))
        .safe("nothing was done")
        .hint("leave --server out; where the server runs, the same command is about its state"))
}

/// The name of a command that is about this machine, and why it is. `run` reads through a server as consumers do.
fn reason(command: &Command) -> Option<(&'static str, &'static str)> {
    match command {
        Command::Demo(_) => Some(("demo", "it plays with a service of its own")),
        Command::Init(_) => Some(("init", "it writes files here")),
        Command::Dev(_) => Some(("dev", "it starts a server here")),
        Command::Serve(_) => Some(("serve", "it is one")),
        Command::Tick(_) => Some(("tick", "a server does all due work by itself")),
        Command::Config(_) => Some(("config", "it reads the files of a configuration")),
        Command::Connector(_) => Some(("connector", "it tries what the configuration here describes")),
        Command::Completions(_) => Some(("completions", "it prints a script for this shell")),
        Command::CompleteSecrets(_) => Some(("complete-secrets", "it completes from the configuration here")),
        Command::Man(_) => Some(("man", "it prints what this keybaton is")),
        Command::Doctor(_) => Some(("doctor", "it looks at this machine and at the state here")),
        Command::Scan(_) => Some(("scan", "it reads what is here")),
        Command::Hook(_) => Some(("hook", "it stands before the commits here")),
        Command::State(_) => Some(("state", "it reads and writes the state database itself")),
        Command::Status(_)
        | Command::Adopt(_)
        | Command::Plan(_)
        | Command::Rotate(_)
        | Command::Rollback(_)
        | Command::Revoke(_)
        | Command::Pause(_)
        | Command::Resume(_)
        | Command::Explain(_)
        | Command::Check(_)
        | Command::History(_)
        | Command::NeedsRotation(_)
        | Command::Consumers(_)
        | Command::Get(_)
        | Command::Run(_)
        | Command::Agent(_)
        | Command::Audit(_)
        | Command::Alert(_)
        | Command::Token(_) => None,
    }
}
