//! `audit verify`: of the state, of a server's, or of a file that was exported.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use clap::Args;
use keybaton_ports::{Failure, FailureKind, Verified};
use keybaton_seal::AuditKey;
use keybaton_types::document::{Audited, Checkpoint};

use super::file::Exported;
use crate::{
    commands::{Context, Ended},
    exit::Exit,
    report::Tone,
    wiring::Reach,
};

/// The largest file that is verified: a few million rows.
const LARGEST: u64 = 4 * 1024 * 1024 * 1024;

/// What to compare with.
#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// Verify an exported file instead, offline; `-` is the standard input
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// The public key that has to have signed it, as 64 hexadecimal digits
    #[arg(long, value_name = "HEX")]
    key: Option<String>,
    /// A checkpoint that was kept elsewhere, and has to be in it
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
}

pub(super) async fn run(context: Context<'_>, args: &VerifyArgs) -> Ended {
    let wanted = args.key.as_deref().map(str::parse::<AuditKey>).transpose().map_err(|error| {
        Failure::new(FailureKind::Usage, "--key takes the 64 hexadecimal digits of a public key")
            .because(&error)
            .safe("nothing was changed")
            .hint("`keybaton audit checkpoint` prints it, where the state is")
    })?;
    let kept = args.checkpoint.as_deref().map(kept).transpose()?;
    let found = match &args.file {
        Some(path) => offline(path, wanted.as_ref(), kept.as_ref())?,
        None => online(context, wanted.as_ref(), kept.as_ref()).await?,
    };
    Ok(say(context, &found, wanted.is_some()))
}

async fn online(
    context: Context<'_>,
    wanted: Option<&AuditKey>,
    kept: Option<&Checkpoint>,
) -> Result<Audited, Failure> {
    let operations = context.operations(Reach::Ledger).await?;
    let found = operations.audit_verify().await?;
    let Some(first) = unlike(&found, wanted) else {
        let Some(kept) = kept.filter(|_| found.whole) else { return Ok(found) };
        let there = operations.checkpoints(kept.no.saturating_sub(1), 1).await?;
        return Ok(if there.first() == Some(kept) { found } else { forged(&found, kept.no) });
    };
    Ok(forged(&found, first))
}

fn offline(path: &Path, wanted: Option<&AuditKey>, kept: Option<&Checkpoint>) -> Result<Audited, Failure> {
    let text = text(path)?;
    let exported = match Exported::read(&text) {
        Ok(exported) => exported,
        Err(line) => return Ok(Verified::Garbled { line }.document(wanted)),
    };
    let claimed = exported.claimed();
    let key = wanted.or(claimed.as_ref());
    let found = exported.verified(key).document(key);
    let missing = kept.filter(|kept| found.whole && !exported.checkpoints.contains(kept));
    Ok(missing.map(|kept| forged(&found, kept.no)).unwrap_or(found))
}

/// The first checkpoint, where another key than the wanted one has signed.
fn unlike(found: &Audited, wanted: Option<&AuditKey>) -> Option<u64> {
    let wanted = wanted.map(ToString::to_string)?;
    (found.whole && found.key.as_deref() != Some(&wanted)).then_some(1)
}

fn forged(found: &Audited, checkpoint: u64) -> Audited {
    let key = found.key.clone();
    Audited { key, ..Verified::Forged { checkpoint }.document(None) }
}

/// A checkpoint that somebody kept.
fn kept(path: &Path) -> Result<Checkpoint, Failure> {
    let text = text(path)?;
    serde_json::from_str(text.trim()).map_err(|error| {
        Failure::new(FailureKind::Usage, format!("{} holds no checkpoint", path.display()))
            .because(&error)
            .safe("nothing was changed")
            .hint("`keybaton audit checkpoint --json > FILE` makes one, to be kept elsewhere")
    })
}

fn text(path: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(LARGEST).read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(LARGEST).read_to_string(&mut text))
    };
    read.map(|_| text).map_err(|error| {
        Failure::new(FailureKind::Unknown, format!("{} cannot be read", path.display()))
            .because(&error)
            .safe("nothing was changed")
            .hint("name a file that `keybaton audit export` has written")
    })
}

fn say(context: Context<'_>, found: &Audited, compared: bool) -> Exit {
    if context.report.json {
        context.report.document(found);
    }
    if !found.whole {
        context.report.step(Tone::Bad, "broken", &broken(found));
        context.report.hint("somebody changed it; compare it with a backup before you trust it");
        return Exit::No;
    }
    context.report.step(Tone::Good, "whole", &covered(found));
    let checkpoints = found.checkpoints.unwrap_or_default();
    if let Some(key) = found.key.as_ref().filter(|_| checkpoints > 0 && !compared) {
        context.report.hint(&format!("signed by {key}: compare it with the key that you keep, or say --key"));
    }
    Exit::Done
}

/// What there is, and what of it is signed.
fn covered(found: &Audited) -> String {
    let (rows, unsigned) = (found.rows.unwrap_or_default(), found.unsigned_rows.unwrap_or_default());
    match (found.checkpoints.unwrap_or_default(), unsigned) {
        (0, _) => format!("{rows} rows; no checkpoint signs them yet"),
        (1, 0) => format!("{rows} rows, all of them signed by a checkpoint"),
        (checkpoints, 0) => format!("{rows} rows, all of them signed by {checkpoints} checkpoints"),
        (_, unsigned) => format!("{rows} rows, signed but for the last {unsigned} rows"),
    }
}

fn broken(found: &Audited) -> String {
    let bad = (&found.secret, found.first_bad, found.first_bad_checkpoint, found.first_bad_line);
    match bad {
        (Some(secret), Some(no), ..) => format!("row {no} of {secret} is the first that does not fit"),
        (_, _, Some(no), _) => format!("checkpoint {no} is the first that does not fit, or is not there"),
        (_, _, _, Some(line)) => format!("line {line} is the first that is no record of an audit"),
        _ => "it is not whole".to_owned(),
    }
}
