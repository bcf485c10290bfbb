//! `adopt`: takes over an existing key without changing it.

use std::time::Duration;

use clap::Args;
use keybaton_core::rotation::span;
use keybaton_ports::{Adoption, Failure, FailureKind, Operations, Proof, Sharing, VaultUse};
use keybaton_seal::{SecretValue, oddities};
use keybaton_types::{
    IssuedId, Reference, SecretId,
    document::{Adopted, Occupant, Probed, Result as How, Rotation, Task, Untold},
};

use super::{Context, Ended, person};
use crate::{
    exit::Exit,
    reference::{self, Resolver},
    report::{Input, Report, Tone},
    wiring::Reach,
};

/// How long a rotation is waited for that has to take a key.
const PATIENCE: Duration = Duration::from_secs(10);

/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(100);

/// Takes over an existing key without changing it, or hands a new one to a rotation that waits for it. The value is read
/// from standard input.
#[derive(Debug, Args)]
pub(crate) struct AdoptArgs {
    /// The secret, as NAME/ENV
    secret: SecretId,
    /// What the issuer calls the key: an id or a role, never the value. Not needed where the issuer recognises the value
    #[arg(long)]
    id: Option<String>,
    /// Read the value from a reference instead: `env:NAME`, `file:PATH`, `credential:NAME`, { command = […] }
    #[arg(long, value_name = "REF", value_parser = reference::parse)]
    from: Option<Reference>,
    /// Store the value even if no probe accepts it
    #[arg(long)]
    unproven: bool,
    /// Take it over even if another secret holds the same value
    #[arg(long)]
    shared: bool,
    /// Write the value into an external vault too
    #[arg(long)]
    publish: bool,
}

pub(crate) async fn run(context: Context<'_>, args: &AdoptArgs) -> Ended {
    let operations = context.operations(Reach::World).await?;
    let value = read(context, args.from.as_ref()).await?;
    if value.is_empty() {
        return Err(Failure::new(FailureKind::Usage, "the value is empty")
            .safe("nothing was changed")
            .hint("pipe the value in, or name where it is with --from env:NAME"));
    }
    let adoption = Adoption {
        secret: args.secret.clone(),
        id: args.id.clone().map(IssuedId),
        value,
        proof: if args.unproven { Proof::Waived } else { Proof::Needed },
        vault: if args.publish { VaultUse::Publish } else { VaultUse::Compare },
        sharing: if args.shared { Sharing::Accepted } else { Sharing::Refused },
        by: person(),
    };
    for oddity in oddities(&adoption.value) {
        context.report.words(&format!("warning: the value looks odd: {oddity}"));
    }
    let adopted = operations.adopt(adoption).await?;
    if let Some(rotation) = &adopted.rotation {
        return handed(context, operations.as_ref(), &args.secret, &adopted, rotation).await;
    }
    if context.report.json {
        context.report.document(&adopted);
    } else {
        print(context, &adopted);
    }
    Ok(Exit::Done)
}

/// A key that a rotation waited for: it is driven until it has taken the key, unless an engine does that.
async fn handed(
    context: Context<'_>,
    local: &dyn Operations,
    secret: &SecretId,
    adopted: &Adopted,
    rotation: &str,
) -> Ended {
    let taken = take(local, secret, rotation).await;
    local.detach().await;
    let taken = taken?;
    if context.report.json {
        context.report.document(adopted);
        return Ok(Exit::Done);
    }
    read_out(context.report, adopted);
    shares(context.report, adopted);
    context.report.step(
        Tone::Good,
        "handed over",
        &format!("key {} to rotation {rotation}: {}", adopted.id, taken.safe),
    );
    context.report.hint(&format!("`keybaton rotate {secret} --wait` follows it until the old key is dead"));
    Ok(Exit::Done)
}

/// Waits until the rotation has moved on with the key.
async fn take(operations: &dyn Operations, secret: &SecretId, rotation: &str) -> Result<Rotation, Failure> {
    let begun = tokio::time::Instant::now();
    loop {
        let progress = operations.advance(secret, rotation).await?.rotation;
        let waits = progress.errand.as_ref().is_some_and(|errand| errand.task == Task::MakeKey);
        if progress.outcome == How::RolledBack {
            return Err(Failure::new(FailureKind::No, "the rotation was given up, so the key is not used")
                .safe(progress.safe)
                .hint(format!(
                    "delete the new key at the service; `keybaton audit tail {secret}` shows what happened"
                )));
        }
        if !waits || begun.elapsed() > PATIENCE {
            return Ok(progress);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Reads the value from where it was named, or from standard input.
async fn read(context: Context<'_>, from: Option<&Reference>) -> Result<SecretValue, Failure> {
    if let Some(reference) = from {
        return Resolver::new(std::path::Path::new(".")).resolve(reference).await;
    }
    if context.report.input == Input::Terminal {
        context.report.words("Paste the value of the key, then Enter and Ctrl-D:");
    }
    reference::from_stdin()
}

fn read_out(report: &Report, adopted: &Adopted) {
    let (tone, works) = match adopted.probe {
        Probed::Accepted => (Tone::Good, "the probe accepts it"),
        Probed::Refused => (Tone::Bad, "not proven: the probe refuses it"),
        Probed::Unclear => (Tone::Bad, "not proven: the probe got no clear answer"),
    };
    report.step(tone, "read", &format!("fingerprint {}, {works}", adopted.fingerprint));
}

fn shares(report: &Report, adopted: &Adopted) {
    for other in &adopted.shared_with {
        let so = "the key is revoked only when both have one of their own";
        report.step(Tone::Bad, "shared", &format!("{other} holds the same value: {so}"));
    }
}

fn print(context: Context<'_>, adopted: &Adopted) {
    let report = context.report;
    let name = format!("{}/{}", adopted.secret, adopted.env);
    read_out(report, adopted);
    let known = story(adopted);
    if !known.is_empty() {
        report.step(Tone::Good, "issuer", &format!("{}: {}", adopted.id, known.join(", ")));
    }
    if let Some(unknown) = untold(adopted) {
        report.step(Tone::Bad, "not told", &unknown);
    }
    let version = adopted.version.map(|no| format!("as version {no} of {name}; ")).unwrap_or_default();
    let what = format!("{version}nothing was changed at the issuer");
    report.step(Tone::Good, "stored", &what);
    shares(report, adopted);
    if let Some(full) = &adopted.full {
        let room =
            format!("the issuer allows {} keys and holds {}: a rotation would be held", full.allows, full.keys.len());
        report.step(Tone::Bad, "no room", &room);
        full.keys.iter().for_each(|key| report.words(&format!("     {}", occupant(key))));
    }
    report.hint(&format!("`keybaton plan {name}` shows what a rotation would do"));
}

/// What the issuer tells of the key.
fn story(adopted: &Adopted) -> Vec<String> {
    let age = adopted.age_seconds.map(|age| format!(" ({} old)", brief(age))).unwrap_or_default();
    let known = [
        adopted.creator.as_ref().map(|name| format!("made by {name}")),
        adopted.created.as_ref().map(|at| format!("created {at}{age}")),
        adopted.last_used.as_ref().map(|at| format!("last used {at}")),
        adopted.sessions.map(|n| format!("{n} live sessions")),
    ];
    known.into_iter().flatten().collect()
}

/// What the issuer does not tell, and what follows from that.
fn untold(adopted: &Adopted) -> Option<String> {
    if adopted.untold.contains(&Untold::List) {
        return Some(
            "this issuer cannot list its keys: nobody checked the id, the key's age counts from now, and a key that a \
             lost call leaves there only a person can find"
                .to_owned(),
        );
    }
    let parts = adopted.untold.iter().map(|untold| match untold {
        Untold::List => "which keys there are",
        Untold::Creator => "who made it",
        Untold::Created => "when it was made (its age counts from now)",
        Untold::LastUsed => "when it was last used",
        Untold::Sessions => "live sessions",
    });
    let parts: Vec<&str> = parts.collect();
    (!parts.is_empty()).then(|| format!("this issuer does not tell {}", parts.join(", ")))
}

/// A key that takes room.
fn occupant(key: &Occupant) -> String {
    let parts = [
        key.label.as_ref().map(|label| format!("named {label:?}")),
        key.creator.as_ref().map(|name| format!("made by {name}")),
        key.age_seconds.map(|age| format!("{} old", brief(age))),
        key.unused_seconds.map(|span| format!("last used {} ago", brief(span))),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { key.id.clone() } else { format!("{}: {}", key.id, parts.join(", ")) }
}

fn brief(seconds: u64) -> String {
    span::brief(Duration::from_secs(seconds))
}
