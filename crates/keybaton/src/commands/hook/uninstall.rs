//! `hook uninstall`: takes the block out again.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use keybaton_ports::Failure;
use serde::Serialize;

use super::{
    Context, Ended, Event, PlaceArgs, block,
    install::{unwritten, write},
    target::Target,
};
use crate::{exit::Exit, report::Tone};

/// `keybaton/hook-uninstall/v1`.
#[derive(Serialize)]
struct Document {
    schema: &'static str,
    hooks: Vec<String>,
}

pub(super) fn run(context: Context<'_>, args: &PlaceArgs) -> Ended {
    let target = Target::around(&args.path)?;
    let changed = all(&target)?;
    for (event, what) in &changed {
        context.report.step(Tone::Good, event.name(), what);
    }
    if changed.is_empty() {
        context.report.words("There was no hook of keybaton; nothing was changed.");
    }
    if context.report.json {
        let hooks = changed.iter().map(|(event, _)| target.file(*event).display().to_string()).collect();
        context.report.document(&Document { schema: "keybaton/hook-uninstall/v1", hooks });
    }
    Ok(Exit::Done)
}

/// Takes the block out of every hook; says which ones had it.
pub(super) fn all(target: &Target) -> Result<Vec<(Event, &'static str)>, Failure> {
    let mut changed = Vec::new();
    for event in Event::ALL {
        changed.extend(one(target, event)?.map(|what| (event, what)));
    }
    Ok(changed)
}

fn one(target: &Target, event: Event) -> Result<Option<&'static str>, Failure> {
    let (file, aside) = (target.file(event), target.aside(event));
    let Ok(hook) = fs::read_to_string(&file) else { return Ok(None) };
    if block::found(&hook).is_none() {
        return Ok(None);
    }
    let rest = block::without(&hook);
    if fs::symlink_metadata(&aside).is_ok() {
        fs::rename(&aside, &file).map_err(|error| unwritten(&file, &error))?;
        return Ok(Some("taken out; the hook that was there before is back"));
    }
    if block::is_empty(&rest) {
        fs::remove_file(&file).map_err(|error| unwritten(&file, &error))?;
        return Ok(Some("taken out, with the file that had nothing else"));
    }
    write(&file, &rest, mode(&file))?;
    Ok(Some("taken out; the rest of the hook stays"))
}

fn mode(file: &Path) -> u32 {
    fs::metadata(file).map_or(0o755, |facts| facts.permissions().mode() & 0o777)
}
