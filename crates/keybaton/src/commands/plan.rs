//! `plan`: what a rotation would do, what could go wrong, and the moment after which there is no way back.

use clap::Args;
use keybaton_core::plan::{Plan, Verdict};
use keybaton_types::SecretId;
use serde::Serialize;

use super::{Context, Ended};
use crate::{
    exit::Exit,
    report::{beside, flowing, width},
    wiring::Reach,
};

/// Shows what a rotation would do, and what could go wrong.
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// The secret, as NAME/ENV
    secret: SecretId,
}

/// `keybaton/plan/v1`.
#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    secret: &'a str,
    env: &'a str,
    #[serde(flatten)]
    plan: &'a Plan,
}

pub(crate) async fn run(context: Context<'_>, args: &PlanArgs) -> Ended {
    let plan = context.operations(Reach::World).await?.plan(&args.secret).await?;
    if context.report.json {
        let (secret, env) = (args.secret.name(), args.secret.env());
        context.report.document(&Document { schema: "keybaton/plan/v1", secret, env, plan: &plan });
    } else {
        print(context, &args.secret, &plan);
    }
    Ok(match plan.verdict {
        Verdict::CanStart | Verdict::Active(_) => Exit::Done,
        Verdict::Refused(_) | Verdict::WouldHold(_) | Verdict::Paused(_) => Exit::No,
    })
}

fn print(context: Context<'_>, secret: &SecretId, plan: &Plan) {
    let width = width();
    let verdict = match &plan.verdict {
        Verdict::CanStart => format!("{secret} could be rotated now."),
        Verdict::Active(id) => format!("{secret} is being rotated already: {}.", id.name(secret)),
        Verdict::Refused(reason) => format!("{secret} would not be rotated: {reason}."),
        Verdict::Paused(pause) => {
            let reason = pause.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
            format!("{secret} would not be rotated: it is paused until {} by {}{reason}.", pause.until, pause.by)
        }
        Verdict::WouldHold(reason) => format!("{secret} would be held at once: {reason}."),
    };
    let mut lines = vec![flowing(&verdict, width), String::new()];
    for (number, step) in plan.steps.iter().enumerate() {
        lines.push(beside(&format!("{:>3}. {:<16} ", number + 1, step.phase.to_string()), &step.what, width));
    }
    if !plan.risks.is_empty() {
        lines.push(String::new());
        lines.push("What could go wrong:".to_owned());
        lines.extend(plan.risks.iter().map(|risk| beside("  ▲ ", &format!("{}: {}", risk.what, risk.so), width)));
    }
    lines.push(String::new());
    let grade = plan.grade.map_or_else(|| "nothing is revoked".to_owned(), |grade| format!("{grade} at best"));
    lines.push(format!("Grade of the revoke: {grade}."));
    lines.push(flowing(&format!("No way back: {}.", plan.point_of_no_return), width));
    context.report.data(&lines.join("\n"));
}
