//! `man`: the manual, one page on stdout or all of them in a folder.

use std::path::{Path, PathBuf};

use clap::Args;
use clap_mangen::Man;
use keybaton_ports::{Failure, FailureKind};
use serde::Serialize;

use super::{Context, Ended};
use crate::{cli::Cli, exit::Exit, report::Tone};

/// Prints the manual page, or writes the page of every command into a folder.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  keybaton man | man -l -\n  keybaton man --out ~/.local/share/man/man1")]
pub(crate) struct ManArgs {
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// `keybaton/man/v1`: the page, or the folder and the files that were written into it.
#[derive(Serialize)]
struct Document {
    schema: &'static str,
    page: Option<String>,
    folder: Option<String>,
    files: Vec<String>,
}

pub(crate) fn run(context: Context<'_>, args: &ManArgs) -> Ended {
    match &args.out {
        Some(folder) => all(context, folder),
        None => one(context),
    }
}

fn one(context: Context<'_>) -> Ended {
    let mut bytes = Vec::new();
    Man::new(Cli::arranged()).render(&mut bytes).map_err(|error| unwritten("the page", &error))?;
    let page = String::from_utf8_lossy(&bytes).into_owned();
    if context.report.json {
        let document = Document { schema: "keybaton/man/v1", page: Some(page), folder: None, files: Vec::new() };
        context.report.document(&document);
    } else {
        context.report.data(page.trim_end());
    }
    Ok(Exit::Done)
}

fn all(context: Context<'_>, folder: &Path) -> Ended {
    let failed = |error: &std::io::Error| unwritten(&folder.display().to_string(), error);
    std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    clap_mangen::generate_to(Cli::arranged(), folder).map_err(|error| failed(&error))?;
    let files = pages(folder).map_err(|error| failed(&error))?;
    context.report.step(Tone::Good, "written", &format!("{} pages in {}", files.len(), folder.display()));
    if context.report.json {
        let folder = Some(folder.display().to_string());
        context.report.document(&Document { schema: "keybaton/man/v1", page: None, folder, files });
    }
    Ok(Exit::Done)
}

/// Our pages in a folder that may hold those of others.
fn pages(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with("keybaton") && Path::new(&name).extension().is_some_and(|kind| kind == "1") {
            files.push(name);
        }
    }
    files.sort();
    Ok(files)
}

fn unwritten(what: &str, error: &std::io::Error) -> Failure {
    Failure::new(FailureKind::Unknown, format!("{what} was not written"))
        .because(error)
        .safe("nothing else was changed")
        .hint("name a folder that you may write with --out")
}
