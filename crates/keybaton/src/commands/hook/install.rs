//! `hook install`: puts the block into the hooks of a repository, and tries it out.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use keybaton_ports::{Failure, FailureKind};
use serde::Serialize;

use super::{
    Context, Ended, Event, InstallArgs,
    block::{self, Block, Language},
    canary,
    target::{Kind, Target},
    uninstall,
};
use crate::{exit::Exit, report::Tone};

/// `keybaton/hook-install/v1`.
#[derive(Serialize)]
struct Document {
    schema: &'static str,
    hooks: Vec<String>,
    known: Option<String>,
    canary_blocked: bool,
    milliseconds: u64,
}

pub(super) fn run(context: Context<'_>, args: &InstallArgs) -> Ended {
    let target = Target::around(&args.place.path)?;
    if target.kind == Kind::Shared && !args.shared {
        return Err(shared(&target.folder));
    }
    let known = args.known.as_deref().map(|known| checked(known, &target.root)).transpose()?;
    let program = std::env::current_exe().map_err(|error| unwritten(&target.folder, &error))?;
    let program = matches!(target.kind, Kind::Own | Kind::Shared).then_some(program.as_path());
    fs::create_dir_all(&target.folder).map_err(|error| unwritten(&target.folder, &error))?;
    let mut files = Vec::new();
    for event in Event::ALL {
        let block = Block { event, program, known: known.as_deref() }.shell();
        let kept = put(&target, event, &block)?;
        let file = target.file(event);
        context.report.step(Tone::Good, event.name(), &format!("{}: {kept}", file.display()));
        files.push(file);
    }
    let tried = canary::run(&target).inspect_err(|_| {
        // a hook that does not work protects nobody; what it replaced comes back
        let _ = uninstall::all(&target);
    })?;
    let milliseconds = u64::try_from(tried.as_millis()).unwrap_or(u64::MAX);
    context.report.step(Tone::Good, "tried out", &format!("a canary was blocked in {milliseconds} ms, git included"));
    tell(context, &target);
    if context.report.json {
        context.report.document(&Document {
            schema: "keybaton/hook-install/v1",
            hooks: files.iter().map(|file| file.display().to_string()).collect(),
            known: known.map(|known| known.display().to_string()),
            canary_blocked: true,
            milliseconds,
        });
    }
    Ok(Exit::Done)
}

/// Says how to undo and to skip it, and what other keepers of hooks would do to it.
fn tell(context: Context<'_>, target: &Target) {
    context.report.words("Undo: keybaton hook uninstall. Skip once: KEYBATON_SKIP=1 git commit … (recorded).");
    if matches!(target.kind, Kind::Tracked | Kind::Husky) {
        context.report.words("The hooks are part of the work tree: commit them, so that everybody has them.");
    }
    let keepers = [
        (["lefthook.yml", ".lefthook.yml", "lefthook.yaml"].as_slice(), "lefthook", "keybaton hook run pre-commit"),
        ([".pre-commit-config.yaml"].as_slice(), "pre-commit", "keybaton"),
    ];
    for (files, keeper, entry) in keepers {
        if files.iter().any(|file| target.root.join(file).exists()) {
            context.report.hint(&format!(
                "{keeper} writes its hooks anew when it is installed again: add `{entry}` to {} as well",
                files[0]
            ));
        }
    }
}

/// Puts the block into one hook; says what became of what was there.
fn put(target: &Target, event: Event, block: &str) -> Result<&'static str, Failure> {
    let (file, aside) = (target.file(event), target.aside(event));
    let link = fs::symlink_metadata(&file).is_ok_and(|facts| facts.file_type().is_symlink());
    let hook = match fs::read(&file) {
        Ok(hook) => hook,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !link => {
            write(&file, &format!("{}{block}", block::SHEBANG), 0o755)?;
            return Ok("made");
        }
        Err(error) => return Err(unwritten(&file, &error)),
    };
    let mode = fs::metadata(&file).map_err(|error| unwritten(&file, &error))?.permissions().mode() & 0o777;
    let runs = mode & 0o111 != 0 || !target.needs_permission();
    let text = String::from_utf8(hook)
        .ok()
        .filter(|text| !link && runs && block::language(text.as_bytes()) == Language::Shell);
    if let Some(text) = text {
        let is_new = block::found(&text).is_none();
        let mode = if target.needs_permission() { mode | 0o111 } else { mode };
        write(&file, &block::with(&text, block), mode)?;
        return Ok(if is_new { "a block was added, what was there stays" } else { "the block is up to date" });
    }
    if fs::symlink_metadata(&aside).is_ok() {
        return Err(taken(&aside));
    }
    fs::rename(&file, &aside).map_err(|error| unwritten(&file, &error))?;
    write(&file, &format!("{}{block}{}", block::SHEBANG, if runs { chain(event) } else { String::new() }), 0o755)?;
    Ok(if runs { "made; the hook that was there runs after it" } else { "made; the hook that was there never ran" })
}

/// Runs the hook that stands aside. The file has nothing else behind the block.
fn chain(event: Event) -> String {
    format!("exec \"$(dirname \"$0\")/{}.before-keybaton\" \"$@\"\n", event.name())
}

/// Writes a file at once, or not at all.
pub(super) fn write(file: &Path, text: &str, mode: u32) -> Result<(), Failure> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let replace = || {
        let mut new = tempfile::Builder::new().prefix(".keybaton-hook-").tempfile_in(folder)?;
        new.write_all(text.as_bytes())?;
        new.as_file().set_permissions(fs::Permissions::from_mode(mode))?;
        new.persist(file).map(drop).map_err(|error| error.error)
    };
    replace().map_err(|error: io::Error| unwritten(file, &error))
}

/// The file of fingerprints, if it is one: relative to the work tree when it is a part of it.
fn checked(known: &Path, root: &Path) -> Result<PathBuf, Failure> {
    crate::known::read(known)?;
    let whole = fs::canonicalize(known).map_err(|error| unwritten(known, &error))?;
    let root = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    Ok(whole.strip_prefix(&root).map(Path::to_path_buf).unwrap_or(whole))
}

fn shared(folder: &Path) -> Failure {
    let what = format!("the hooks are in {}, which other repositories use too", folder.display());
    Failure::new(FailureKind::Usage, what)
        .safe("nothing was changed")
        .hint("pass --shared to stand before the commits of all of them")
}

fn taken(aside: &Path) -> Failure {
    Failure::new(FailureKind::Usage, format!("the hook cannot be moved aside: {} is there already", aside.display()))
        .safe("nothing was changed")
        .hint("look at that file, and move it away")
}

pub(super) fn unwritten(file: &Path, error: &io::Error) -> Failure {
    Failure::new(FailureKind::Unknown, format!("{} could not be used", file.display()))
        .because(error)
        .safe("the hooks of others are as they were")
        .hint("check the owner and the mode of the folder")
}
