//! `adopt`: takes over an existing key without changing it.

use clap::Args;
use keybaton_ports::{Adoption, Failure, FailureKind, Operations as _, Proof, VaultUse};
use keybaton_seal::SecretValue;
use keybaton_types::{IssuedId, Reference, SecretId, document::Adopted};

use super::{Context, Ended, person};
use crate::{
    exit::Exit,
    reference::{self, Resolver},
    report::{Input, Tone},
    wiring::Reach,
};

/// Takes over an existing key without changing it. The value is read from standard input.
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
    /// Write the value into an external vault too
    #[arg(long)]
    publish: bool,
}

pub(crate) async fn run(context: Context<'_>, args: &AdoptArgs) -> Ended {
    let wired = context.wire(Reach::World).await?;
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
        by: person(),
    };
    let adopted = wired.local().adopt(adoption).await?;
    if context.report.json {
        context.report.document(&adopted);
    } else {
        print(context, &adopted);
    }
    Ok(Exit::Done)
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

fn print(context: Context<'_>, adopted: &Adopted) {
    let report = context.report;
    let name = format!("{}/{}", adopted.secret, adopted.env);
    let works = if adopted.proven { "the probe accepts it" } else { "not proven: no probe accepted it" };
    let tone = if adopted.proven { Tone::Good } else { Tone::Bad };
    report.step(tone, "read", &format!("fingerprint {}, {works}", adopted.fingerprint));
    let known = [
        adopted.created.as_ref().map(|at| format!("created {at}")),
        adopted.last_used.as_ref().map(|at| format!("last used {at}")),
        adopted.sessions.map(|n| format!("{n} live sessions")),
    ];
    let known: Vec<String> = known.into_iter().flatten().collect();
    if !known.is_empty() {
        report.step(Tone::Good, "issuer", &format!("{}: {}", adopted.id, known.join(", ")));
    }
    report.step(
        Tone::Good,
        "stored",
        &format!("as version {} of {name}; nothing was changed at the issuer", adopted.version),
    );
    for other in &adopted.shared_with {
        report.step(
            Tone::Bad,
            "shared",
            &format!("{other} holds the same value: give each environment a key of its own"),
        );
    }
    report.hint(&format!("`keybaton plan {name}` shows what a rotation would do"));
}
