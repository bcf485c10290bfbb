//! `hook status`: whether the hooks run, and when they were skipped.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use serde::Serialize;

use super::{
    Context, Ended, Event, PlaceArgs, block,
    skip::{self, Skip},
    target::Target,
};
use crate::{exit::Exit, report::Tone};

/// How many skips are shown.
const SHOWN: usize = 10;

/// `keybaton/hook/v1`.
#[derive(Serialize)]
struct Document {
    schema: &'static str,
    hooks: Vec<Hook>,
    skipped: Vec<Skip>,
}

/// One hook.
#[derive(Serialize)]
struct Hook {
    event: &'static str,
    path: String,
    installed: bool,
    problem: Option<String>,
}

pub(super) fn run(context: Context<'_>, args: &PlaceArgs) -> Ended {
    let target = Target::around(&args.path)?;
    let hooks: Vec<Hook> = Event::ALL.into_iter().map(|event| look(&target, event)).collect();
    let skipped = skip::read(&target.common);
    let is_whole = hooks.iter().all(|hook| hook.problem.is_none());
    if context.report.json {
        context.report.document(&Document { schema: "keybaton/hook/v1", hooks, skipped });
    } else {
        show(context, &hooks, &skipped);
    }
    if !is_whole {
        context.report.hint("`keybaton hook install` puts it right");
        return Ok(Exit::No);
    }
    Ok(Exit::Done)
}

fn show(context: Context<'_>, hooks: &[Hook], skipped: &[Skip]) {
    let mut lines = Vec::new();
    for hook in hooks {
        let (glyph, state) = match &hook.problem {
            None => ("✓", "runs"),
            Some(problem) => ("✗", problem.as_str()),
        };
        lines.push(format!("{glyph} {:<11} {}: {state}", hook.event, hook.path));
    }
    context.report.data(&lines.join("\n"));
    if skipped.is_empty() {
        context.report.step(Tone::Good, "skipped", "never");
    }
    for Skip { at, hook, commit, who } in skipped.iter().rev().take(SHOWN) {
        context.report.step(Tone::Bad, "skipped", &format!("{at} {hook} after {commit} by {who}"));
    }
}

fn look(target: &Target, event: Event) -> Hook {
    let file = target.file(event);
    let hook = fs::read_to_string(&file).unwrap_or_default();
    let block = block::found(&hook);
    let problem = match block {
        None => Some(missing(target, event)),
        Some(_) if target.needs_permission() && !is_program(&file) => {
            Some("git does not run it: it has no permission".to_owned())
        }
        Some(block) if !finds_program(block) => {
            Some("the program keybaton is not where the hook looks for it".to_owned())
        }
        Some(_) => None,
    };
    Hook { event: event.name(), path: file.display().to_string(), installed: block.is_some(), problem }
}

/// A hook may be there and never run, because git looks somewhere else.
fn missing(target: &Target, event: Event) -> String {
    let usual = target.common.join("hooks").join(event.name());
    let is_lost = fs::read_to_string(&usual).is_ok_and(|hook| block::found(&hook).is_some());
    if is_lost {
        format!("never runs: git looks for hooks in {} now", target.folder.display())
    } else {
        "not installed".to_owned()
    }
}

fn finds_program(block: &str) -> bool {
    let named = block.lines().find_map(|line| line.strip_prefix("keybaton='")?.strip_suffix('\''));
    let named = named.map(|path| path.replace(r"'\''", "'"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    named.is_some_and(|path| is_program(Path::new(&path)))
        || std::env::split_paths(&path).any(|folder| is_program(&folder.join("keybaton")))
}

fn is_program(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|facts| facts.is_file() && facts.permissions().mode() & 0o111 != 0)
}
