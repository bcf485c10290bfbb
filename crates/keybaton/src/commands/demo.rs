//! `demo`: a full rotation, a straggler and an automatic rollback, live. No accounts, nothing left behind.

use clap::Args;

use super::{Context, Ended};
use crate::{demo, exit::Exit};

/// Watch a full rotation, a straggler and an automatic rollback, live. Everything runs on this machine.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {}

pub(crate) async fn run(context: Context<'_>, _: &DemoArgs) -> Ended {
    let verdict = demo::run(context.report).await?;
    if context.report.json {
        context.report.document(&verdict);
    } else {
        context.report.data(&verdict.text());
    }
    Ok(if verdict.ok { Exit::Done } else { Exit::No })
}
