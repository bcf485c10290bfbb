//! `tick`: does all due work once, for cron and timers.

use std::time::Duration;

use clap::Args;
use keybaton_engine::alerts::Channels;
use keybaton_ports::Operations as _;

use super::{Context, Ended};
use crate::{
    exit::Exit,
    report::Tone,
    signals::Interrupts,
    telling::{Telling, Unready, board, courier, lookout},
    wiring::Reach,
};

/// How long alerts may keep a tick whose work is done.
const FAREWELL: Duration = Duration::from_secs(10);

/// Does all due work once, staying for a watch that it began.
#[derive(Debug, Args)]
pub(crate) struct TickArgs {}

pub(crate) async fn run(context: Context<'_>, _: &TickArgs) -> Ended {
    let wired = context.wire(Reach::World).await?;
    let board = board(&wired.config, &wired.state, context.report, Unready::LeftOut).await?;
    let courier = courier(&wired, Channels::new(board));
    courier.note_lapse(&wired.charges).await;
    let telling = Telling::start(courier.clone());
    let (local, mut interrupts) = (wired.local(), Interrupts::listen()?);
    let ticked = tokio::select! {
        ticked = local.tick() => ticked,
        () = interrupts.wanted() => {
            local.detach().await;
            context.report.words("Stopped; nothing is lost. What was begun goes on with the next tick.");
            return Ok(Exit::Interrupted);
        }
    };
    courier.end_lapse().await;
    lookout(&wired).look().await;
    telling.end(FAREWELL).await;
    let ticked = ticked?;
    if context.report.json {
        context.report.document(&ticked);
    }
    for row in &ticked.secrets {
        let name = format!("{}/{}", row.secret, row.env);
        match (&row.error, row.phase) {
            (Some(error), _) => context.report.step(Tone::Bad, &name, error),
            (None, Some(phase)) => context.report.step(Tone::Good, &name, &phase.to_string()),
            (None, None) => {}
        }
    }
    if ticked.secrets.is_empty() && !context.report.json {
        context.report.words("Nothing was due.");
    }
    let unread = ticked.secrets.iter().any(|row| row.phase.is_none());
    if unread {
        context.report.hint("use the newer keybaton that wrote it; this one leaves the secret alone");
    }
    Ok(if unread { Exit::Unknown } else { Exit::Done })
}
