//! The demo: a stranger's API on loopback, a real engine, and consumers under load, in three acts with a verdict.

mod act;
mod consumer;
mod stage;
mod verdict;

use keybaton_ports::{Failure, FailureKind};

use crate::report::Report;
use act::Act;
use stage::Stage;
use verdict::Verdict;

/// Plays the three acts.
pub(crate) async fn run(report: &Report) -> Result<Verdict, Failure> {
    let begun = std::time::Instant::now();
    let stage = Stage::set(report).await?;
    let mut acts = Vec::new();
    for act in [Act::Rotation, Act::Straggler, Act::Rollback] {
        report.words("");
        report.words(&format!("{}. {}", acts.len() + 1, act.title()));
        acts.push(act.play(&stage, report).await?);
    }
    stage.clear().await;
    Ok(Verdict::new(acts, begun.elapsed()))
}

/// A part of the demo that did not work: nothing of anybody else's was touched.
fn failed(what: &str, error: &dyn std::error::Error) -> Failure {
    Failure::new(FailureKind::Unknown, format!("the demo could not go on: {what}"))
        .because(error)
        .safe("the demo only touches a folder of its own and loopback; both are cleared")
}
