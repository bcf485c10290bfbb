//! `hook run`: what the hook does. It looks at what is about to be committed or pushed, and says what to do.

use keybaton_ports::Failure;

use super::{Context, Ended, Event, RunArgs, push, skip};
use crate::{commands::scan, exit::Exit, report::Tone};

/// Anything but a clean answer blocks.
pub(super) fn run(context: Context<'_>, args: &RunArgs) -> Ended {
    if skip::is_asked() {
        skip::record(args.event)?;
        context.report.words("keybaton: not looked at, because KEYBATON_SKIP=1; that is recorded");
        return Ok(Exit::Done);
    }
    let ended = look(context, args);
    if !matches!(ended, Ok(Exit::Done)) {
        if let Err(failure) = &ended {
            context.report.failure(failure);
        }
        blocked(context, args.event, &ended);
    }
    Ok(ended.unwrap_or_else(|failure| failure.kind.into()))
}

fn look(context: Context<'_>, args: &RunArgs) -> Result<Exit, Failure> {
    match args.event {
        Event::PreCommit => scan::run(context, &scan::ScanArgs::staged(args.known.clone())),
        Event::PrePush => match push::commits(&args.rest)? {
            commits if commits.is_empty() => Ok(Exit::Done),
            commits => scan::run(context, &scan::ScanArgs::pushed(args.known.clone(), commits)),
        },
    }
}

fn blocked(context: Context<'_>, event: Event, ended: &Result<Exit, Failure>) {
    let deed = event.deed();
    let found = matches!(ended, Ok(Exit::No));
    let why = if found { "what is named above would go with it" } else { "it is not known what would go with it" };
    context.report.step(Tone::Bad, "blocked", &format!("this {deed} is blocked: {why}"));
    if found {
        let way = match event {
            Event::PreCommit => "Take the value out and stage the file again.",
            Event::PrePush => {
                "Take the value out of the commit that brought it in, by a rebase; removing it later is not enough."
            }
        };
        context.report.words(&format!("  {way} What is no secret is allowed by a comment on its line: keybaton:allow"));
    }
    context.report.words(&format!("  KEYBATON_SKIP=1 git {deed} … skips this once, and is recorded."));
}
