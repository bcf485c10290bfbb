//! A finding becomes a rotation: every managed key that was found and still works is replaced, and the time is measured.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use keybaton_core::rotation::Cause;
use keybaton_ports::{Operations, Wanted};
use keybaton_types::SecretId;

use super::{Context, Ended, Seen, world};
use crate::{
    commands::person,
    exit::Exit,
    follow::{Follow, Goal, Patience},
    report::Tone,
    wiring::Reach,
};

/// Rotates what was found; `found` is when the scan began, and `exit` what it ended with.
///
/// The rotation is an emergency, and follows the law as every other one: the new key is proven and published first. An
/// overlap that goes on already becomes one, so that the previous key ends soon too.
pub(super) fn run(context: Context<'_>, seen: &Seen, found: Instant, exit: Exit) -> Ended {
    let leaked = leaked(seen);
    if leaked.is_empty() {
        context.report.words("Nothing of it is a managed key that still works; nothing was rotated.");
        return Ok(exit);
    }
    let runtime = world::runtime(context.report).map_err(|failure| failure.safe("nothing was rotated"))?;
    let ended = runtime.block_on(rotate(context, &leaked, found));
    runtime.shutdown_timeout(Duration::from_secs(2));
    // what was found is still there, so a rotation that is done changes nothing about the answer
    ended.map(|ended| if ended == Exit::Done { exit } else { ended })
}

/// The secrets whose keys were found and still work, with the versions.
fn leaked(seen: &Seen) -> BTreeMap<SecretId, u64> {
    let managed = seen.found.iter().filter_map(|found| found.finding.managed.as_ref()).filter(|key| key.valid);
    managed.filter_map(|key| Some((SecretId::new(&key.secret, &key.env).ok()?, key.version))).collect()
}

async fn rotate(context: Context<'_>, leaked: &BTreeMap<SecretId, u64>, found: Instant) -> Ended {
    let local = context.wire(Reach::World).await?.local();
    let mut worst = Exit::Done;
    for (secret, version) in leaked {
        let exit = match one(context, &local, secret).await {
            Ok(exit) => exit,
            Err(failure) => {
                context.report.failure(&failure);
                failure.kind.into()
            }
        };
        if exit == Exit::Done {
            let seconds = found.elapsed().as_secs_f32();
            let text = format!("{secret} version {version} is refused, {seconds:.1} seconds after it was found");
            context.report.step(Tone::Good, "replaced", &text);
        } else {
            worst = exit;
        }
        if exit == Exit::Interrupted {
            break;
        }
    }
    Ok(worst)
}

/// One emergency, followed to its end. Its document is not printed: a scan prints its own.
async fn one(context: Context<'_>, operations: &dyn Operations, secret: &SecretId) -> Ended {
    let asked = operations.ask(secret, Wanted::Rotate(Cause::Leaked), &person()).await?;
    let report = &context.report.without_documents();
    let rotation = asked.rotation.as_str();
    Follow { operations, report, secret, rotation, patience: Patience::Endless, goal: Goal::End }.run().await
}
