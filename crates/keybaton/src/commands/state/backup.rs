//! `state backup`: copies the state database into one file while engines work.

use std::{
    fs::File,
    io::{self, IsTerminal as _, Write},
    path::Path,
};

use keybaton_core::civil::rfc3339;
use keybaton_ports::{Failure, FailureKind};
use keybaton_store::{BackupError, BackupHeader};
use serde::Serialize;
use tempfile::NamedTempFile;

use super::{Context, Ended, TargetArgs};
use crate::{
    exit::Exit,
    report::Tone,
    state::{Missing, State},
    wiring::load,
};

/// Where a backup goes when its name is this.
const STDOUT: &str = "-";

/// `keybaton/state-backup/v1`.
#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    file: String,
    created: String,
    #[serde(flatten)]
    header: &'a BackupHeader,
}

pub(super) async fn run(context: Context<'_>, args: &TargetArgs) -> Ended {
    let is_stream = args.file.as_os_str() == STDOUT;
    if is_stream {
        check_stream(context)?;
    } else if args.file.exists() && !args.force {
        return Err(there(&args.file));
    }
    let config = load(context.global, context.report)?;
    let state = State::open(&config, Missing::Refuse, context.report).await?;
    let header = if is_stream {
        state.store.backup(&mut io::stdout()).await.map_err(|error| unmade(&error))?
    } else {
        write(&state, args).await?
    };
    print(context, &args.file, &header, is_stream);
    Ok(Exit::Done)
}

fn check_stream(context: Context<'_>) -> Result<(), Failure> {
    let wrong = if context.report.json {
        "standard output cannot be both the backup and a document"
    } else if io::stdout().is_terminal() {
        "a backup is not for a terminal"
    } else {
        return Ok(());
    };
    Err(Failure::new(FailureKind::Usage, wrong).safe("nothing was written").hint("name a file, or pipe it on"))
}

/// Writes a file of its own and gives it the name at the end: half a backup never has it.
async fn write(state: &State, args: &TargetArgs) -> Result<BackupHeader, Failure> {
    let folder = args.file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = tempfile::Builder::new().prefix(".keybaton-backup-").tempfile_in(folder);
    let mut file = file.map_err(|error| unwritten(&args.file, &error))?;
    let header = state.store.backup(file.as_file_mut()).await.map_err(|error| unmade(&error))?;
    file.as_file_mut().sync_all().map_err(|error| unwritten(&args.file, &error))?;
    keep(file, args)?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| unwritten(&args.file, &error))?;
    Ok(header)
}

pub(super) fn keep(file: NamedTempFile, args: &TargetArgs) -> Result<(), Failure> {
    let kept = if args.force { file.persist(&args.file) } else { file.persist_noclobber(&args.file) };
    kept.map(drop).map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => there(&args.file),
        _ => unwritten(&args.file, &error.error),
    })
}

fn print(context: Context<'_>, file: &Path, header: &BackupHeader, is_stream: bool) {
    if context.report.json {
        let (file, created) = (file.display().to_string(), rfc3339(header.created()));
        context.report.document(&Document { schema: "keybaton/state-backup/v1", file, created, header });
    }
    let place = if is_stream { "standard output".to_owned() } else { file.display().to_string() };
    let (secrets, bytes) = (header.secrets.len(), header.bytes);
    context.report.step(Tone::Good, "backed up", &format!("{secrets} secrets, {bytes} bytes, to {place}"));
    let key = &header.master_key;
    context.report.words(&format!("Its values are sealed. The master key {key} is not in it: keep a copy elsewhere."));
    let _ = io::stderr().flush();
}

pub(super) fn there(file: &Path) -> Failure {
    Failure::new(FailureKind::Usage, format!("{} is there already", file.display()))
        .safe("it was left as it is")
        .hint("choose another name, or pass --force")
}

fn unmade(error: &BackupError) -> Failure {
    Failure::new(FailureKind::Unknown, "no backup was made")
        .because(error)
        .safe("the state database is as it was, and there is no half backup under that name")
        .hint("make room beside the state database and at the target, and check both folders")
}

pub(super) fn unwritten(file: &Path, error: &io::Error) -> Failure {
    Failure::new(FailureKind::Unknown, format!("{} was not written", file.display()))
        .because(error)
        .safe("the state database is as it was")
        .hint("check the folder's owner and mode, and that there is room")
}
