//! Of the state database and its files.

use keybaton_config::{Config, Database};
use keybaton_ports::Verified;

use crate::doctor::{
    ground::{Book, Ground},
    said::{Said, or},
};

/// Below this a disk counts as full soon: 100 MiB.
const ROOM: u64 = 100 << 20;

pub(super) fn private(ground: &Ground, _: &Config) -> Vec<Said> {
    let mut said = Vec::new();
    for place in &ground.places {
        let path = place.path.display();
        if place.mode & 0o077 != 0 {
            let strict = if place.path.is_dir() { "700" } else { "600" };
            let said_mode =
                Said::error(format!("{path} has mode {:04o}: others than its owner may use it", place.mode));
            said.push(said_mode.on(&path).fix(format!("chmod {strict} {path}")));
        }
        if !place.is_ours {
            said.push(
                Said::warning(format!("{path} belongs to another user than the one who runs this"))
                    .on(&path)
                    .fix("run keybaton as its owner"),
            );
        }
    }
    or(said, format!("{} files and folders are their owner's alone", ground.places.len()))
}

pub(super) fn opens(ground: &Ground, config: &Config) -> Vec<Said> {
    let Database::Sqlite(path) = &config.state.url;
    match &ground.book {
        Some(Ok(_)) => vec![Said::ok(format!("{} is open, with a write-ahead log and full sync", path.display()))],
        Some(Err(failure)) => {
            let why = failure.causes.first().map_or(String::new(), |cause| format!(": {cause}"));
            let fix = failure.hint.clone().unwrap_or_else(|| "see docs/howto/backup-and-restore.md".to_owned());
            vec![Said::error(format!("{}{why}", failure.what)).fix(fix)]
        }
        None => vec![Said::unknown("nobody looked")],
    }
}

pub(super) fn whole(_: &Config, book: &Book) -> Vec<Said> {
    let broken = book.integrity.iter().map(|what| {
        Said::error(format!("it is damaged: {what}"))
            .fix("keep the file; `keybaton state restore FILE --force` with the newest backup")
    });
    or(broken.collect(), "every page and index is whole")
}

pub(super) fn disk(ground: &Ground, _: &Config) -> Vec<Said> {
    let Some(disk) = &ground.disk else { return vec![Said::unknown("the disk of the state cannot be asked")] };
    let mut said = Vec::new();
    if let Some(name) = disk.network {
        let text = format!("the state is on {name}: locks and the order of writes are not sure there");
        said.push(Said::warning(text).fix("[state] url on a local disk"));
    }
    if disk.free < ROOM {
        let text = format!("{} MiB are free: when none is, no rotation can be written down", disk.free >> 20);
        said.push(Said::warning(text).fix("make room on the disk of the state"));
    }
    or(said, format!("a local disk with {} MiB free", disk.free >> 20))
}

pub(super) fn newest(_: &Config, book: &Book) -> Vec<Said> {
    let waiting = book.snapshots.iter().filter(|(_, snapshot)| snapshot.ledger.restored);
    let mut said: Vec<Said> = waiting
        .map(|(secret, _)| {
            let text = "an old copy of the state was put back: a new epoch began, version numbers jumped by 1,000, \
                        and nothing is swept or revoked until a person has looked";
            Said::error(text).on(secret).fix(format!(
                "check that the key works and which one its consumers have, then `keybaton resume {secret}`"
            ))
        })
        .collect();
    if book.just_restored {
        said.push(
            Said::warning("it was recognised just now, by this command")
                .fix("`keybaton token list`: tokens revoked since work again"),
        );
    }
    or(said, format!("the state of installation {} is the newest that its witness knows", book.installation))
}

pub(super) fn audit(_: &Config, book: &Book) -> Vec<Said> {
    match &book.audit {
        Verified::Whole { rows, checkpoints, unsigned } => {
            let text =
                format!("{rows} rows in whole chains; {checkpoints} checkpoints sign all but {unsigned} of them");
            vec![Said::ok(text)]
        }
        // a database has no lines
        Verified::Garbled { line: checkpoint } | Verified::Forged { checkpoint } => {
            let text = format!("checkpoint {checkpoint} is the first that does not fit: somebody changed the database");
            vec![Said::error(text).fix("compare with a backup before you trust it")]
        }
        Verified::Broken { secret, no } => {
            let text = format!("row {no} of its audit is the first that does not fit: somebody changed the database");
            vec![Said::error(text).on(secret).fix("compare with a backup before you trust it")]
        }
    }
}
