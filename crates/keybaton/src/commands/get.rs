//! `get`: prints the current value and nothing else. It needs `--reveal`, and is audited.

use std::io::Write as _;

use clap::Args;
use keybaton_ports::{Failure, FailureKind, Served};
use keybaton_types::SecretId;

use super::{Context, Ended, person};
use crate::{exit::Exit, wiring::Reach};

/// Prints the current value of a secret, once; it is audited.
#[derive(Debug, Args)]
pub(crate) struct GetArgs {
    /// The secret, as NAME/ENV
    secret: SecretId,
    /// Really print the value
    #[arg(long)]
    reveal: bool,
}

pub(crate) async fn run(context: Context<'_>, args: &GetArgs) -> Ended {
    if !args.reveal {
        return Err(Failure::new(FailureKind::Usage, "a value is printed only with --reveal")
            .safe("nothing was printed, and nothing counts as seen")
            .hint("add --reveal; it is written into the audit, and the key counts as seen from then on"));
    }
    let operations = context.operations(Reach::Ledger).await?;
    let served = operations.get(&args.secret, &person()).await?;
    print(context, &args.secret, &served)
}

#[expect(clippy::disallowed_methods, reason = "printing the value is what --reveal asks for; it was audited before")]
fn print(context: Context<'_>, secret: &SecretId, served: &Served) -> Ended {
    let bytes = served.value.expose();
    if context.report.json {
        let value = std::str::from_utf8(bytes).map_err(|error| {
            Failure::new(FailureKind::Unknown, "the value is not text, so it does not fit into a document")
                .because(&error)
        })?;
        context.report.document(&served.document(secret, value));
        return Ok(Exit::Done);
    }
    let mut out = std::io::stdout();
    let written = out.write_all(bytes).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush());
    written
        .map(|()| Exit::Done)
        .map_err(|error| Failure::new(FailureKind::Unknown, "the value could not be printed").because(&error))
}
