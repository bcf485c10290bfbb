//! `connector new NAME --exec`: a program of one's own that works at once, and the `[issuer.NAME]` that runs it.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt},
    path::Path,
};

use keybaton_ports::{Failure, FailureKind};

use super::new::{check, print};
use crate::{
    commands::{Context, Ended},
    report::Tone,
};

/// What the program begins with: a file plays the service.
const SKELETON: &str = include_str!("skeleton.py");

/// The folder of programs, below the one where the command is typed.
const FOLDER: &str = "exec.d";

/// Everybody may read and run it, and only its owner may change it: otherwise it is not run.
const MODE: u32 = 0o755;

pub(super) fn run(context: Context<'_>, name: &str) -> Ended {
    let here = std::env::current_dir().map_err(|error| unwritten("the program", &error))?;
    let folder = here.join(FOLDER);
    let program = folder.join(name);
    let block = block(name, &folder, &here.join(format!("{name}-keys.json")))?;
    let named = "a program's name has small letters, digits and dashes, and begins with a letter";
    check(context, &block).map_err(|failure| failure.hint(named))?;
    write(&folder, &program)?;
    context.report.step(Tone::Good, "made", &format!("program {}", program.display()));
    Ok(print(context, name, &block, Some(program.display().to_string())))
}

fn block(name: &str, folder: &Path, keys: &Path) -> Result<String, Failure> {
    let text = |path: &Path| path.to_str().map(|path| toml::Value::String(path.to_owned()).to_string());
    let (Some(folder), Some(keys)) = (text(folder), text(keys)) else {
        return Err(Failure::new(FailureKind::Usage, "the path of this folder is no UTF-8")
            .safe("nothing was written")
            .hint("begin in another folder"));
    };
    let name = toml::Value::String(name.to_owned()).to_string();
    Ok(format!(
        "[issuer.{name}]\ntype = \"exec\"\nprogram = {name}\nfolder = {folder}\n\
         # what the program can do beside create and destroy\n\
         can = [\"list\", \"disable\", \"probe\"]\n\
         # secrets that it is given: secrets = {{ token = {{ env = \"…\" }} }}\n\
         options = {{ file = {keys} }}\nmax_credentials = 2\n"
    ))
}

/// Never over a program that is there.
fn write(folder: &Path, program: &Path) -> Result<(), Failure> {
    if !folder.exists() {
        let made = fs::create_dir(folder).and_then(|()| fs::set_permissions(folder, PermissionsExt::from_mode(MODE)));
        made.map_err(|error| unwritten(&folder.display().to_string(), &error))?;
    }
    let opened = fs::OpenOptions::new().write(true).create_new(true).mode(MODE).open(program);
    let written = opened.and_then(|mut file| {
        file.write_all(SKELETON.as_bytes())?;
        file.set_permissions(PermissionsExt::from_mode(MODE))
    });
    written.map_err(|error| unwritten(&program.display().to_string(), &error))
}

fn unwritten(what: &str, error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::AlreadyExists {
        return Failure::new(FailureKind::Usage, format!("{what} is there already"))
            .safe("nothing was changed")
            .hint("take another name, or move it away first");
    }
    Failure::new(FailureKind::Usage, format!("{what} cannot be written"))
        .because(error)
        .safe("no program was there before, and nothing else was changed")
        .hint("begin in a folder that you may write")
}
