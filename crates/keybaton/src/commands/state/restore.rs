//! `state restore`: puts a backup in the place of the state database.

use std::{fs::File, io::BufReader};

use keybaton_config::Database;
use keybaton_core::civil::rfc3339;
use keybaton_ports::{Failure, FailureKind};
use keybaton_store::{BackupError, Over, Replaced, Restore, restore_backup};
use serde::Serialize;

use super::{Context, Ended, RestoreArgs};
use crate::{
    exit::Exit,
    report::Tone,
    state::{Missing, State, master_key},
    wiring::load,
};

const SAFE: &str = "the state is as it was; every key that worked still works";

/// `keybaton/state-restore/v1`.
#[derive(Serialize)]
struct Document {
    schema: &'static str,
    installation: String,
    created: String,
    epoch: Option<u64>,
    replaced: Option<String>,
    waiting: Vec<String>,
}

pub(super) async fn run(context: Context<'_>, args: &RestoreArgs) -> Ended {
    let config = load(context.global, context.report)?;
    let master = master_key(&config).await?;
    let id = master.id().map_err(|error| {
        Failure::new(FailureKind::Unknown, "the master key cannot be used").because(&error).safe(SAFE)
    })?;
    let file = File::open(&args.file).map_err(|error| {
        Failure::new(FailureKind::Usage, format!("{} cannot be opened", args.file.display()))
            .because(&error)
            .safe(SAFE)
            .hint("name a file that `keybaton state backup` wrote")
    })?;
    let Database::Sqlite(path) = &config.state.url;
    let over = if args.force { Over::Replace } else { Over::Keep };
    let restore = Restore { over, ..Restore::new(path, id) };
    let replaced = restore_backup(&mut BufReader::new(file), &restore).await;
    let replaced = replaced.map_err(|error| refused(&error))?;
    // Opening it is what begins the new epoch: from now on no engine of before can write.
    let state = State::open(&config, Missing::Refuse, context.report).await?;
    print(context, &replaced, &state);
    Ok(Exit::Done)
}

fn print(context: Context<'_>, replaced: &Replaced, state: &State) {
    let waiting: Vec<String> =
        state.restored.iter().flat_map(|restored| restored.secrets.iter().map(ToString::to_string)).collect();
    let created = rfc3339(replaced.header.created());
    let aside = replaced.aside.as_ref().map(|path| path.display().to_string());
    let text = format!("the state of {created}; {} secrets wait for a person", waiting.len());
    context.report.step(Tone::Good, "restored", &text);
    if let Some(aside) = &aside {
        context.report.words(&format!("What was there before is kept as {aside}."));
    }
    context.report.words(
        "Keys that were minted after the backup are unknown to it. Access tokens that were revoked after it work again: \
         look at `keybaton token list`.",
    );
    if context.report.json {
        context.report.document(&Document {
            schema: "keybaton/state-restore/v1",
            installation: replaced.header.installation.to_string(),
            created,
            epoch: state.restored.as_ref().map(|restored| restored.epoch),
            replaced: aside,
            waiting,
        });
    } else {
        let lines = waiting.iter().map(|secret| format!("{secret} waits: keybaton resume {secret}"));
        context.report.data(&lines.collect::<Vec<_>>().join("\n"));
    }
}

fn refused(error: &BackupError) -> Failure {
    let (kind, hint) = match error {
        BackupError::NotOne => (FailureKind::Usage, "name a file that `keybaton state backup` wrote"),
        BackupError::Newer { .. } => (FailureKind::Usage, "run the keybaton that made it, or a newer one"),
        BackupError::WrongKey { .. } => {
            (FailureKind::Usage, "point [state] master_key at the key that the backup was made with")
        }
        BackupError::Damaged(_) => (FailureKind::No, "take another backup; this one was changed or cut off"),
        BackupError::Alive(_) => {
            (FailureKind::No, "stop it first; one that was killed counts as gone ten seconds later")
        }
        BackupError::Older { .. } | BackupError::Foreign { .. } | BackupError::Unknown { .. } => {
            (FailureKind::No, "pass --force to put the backup in its place; what is there is kept beside it")
        }
        BackupError::Unread(_) => (FailureKind::Unknown, "check the file and the disk that it is on"),
        BackupError::Unwritten(_) | BackupError::Unplaced { .. } => {
            (FailureKind::Unknown, "check the folder's owner and mode, and that there is room")
        }
    };
    Failure::new(kind, "the backup was not restored").because(error).safe(SAFE).hint(hint)
}
