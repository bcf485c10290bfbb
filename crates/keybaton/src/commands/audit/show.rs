//! `audit show ROTATION`: the evidence of one rotation, as an auditor asks for it.

use keybaton_ports::{Failure, FailureKind, Operations};
use keybaton_types::{
    RotationId, SecretId,
    document::{Trail, TrailInstance},
};

use super::{pages, trail::Reading};
use crate::{
    commands::{Context, Ended},
    exit::Exit,
    report,
};

pub(super) async fn run(context: Context<'_>, operations: &dyn Operations, rotation: &str) -> Ended {
    let (secret, id) = named(rotation).ok_or_else(|| {
        Failure::new(FailureKind::Usage, format!("{rotation:?} is not the name of a rotation"))
            .safe("nothing was changed")
            .hint("a rotation is named NAME.ENV.NUMBER, such as payments.prod.2; `keybaton history --json` lists them")
    })?;
    let mut reading = Reading::new(&secret, id);
    for row in pages::rows(operations, Some(&secret)).await? {
        reading.read(&row);
    }
    let trail = reading.done().ok_or_else(|| unknown(rotation, &secret))?;
    if context.report.json {
        context.report.document(&trail);
    } else {
        print(context, &secret, id, &trail);
    }
    Ok(Exit::Done)
}

fn named(rotation: &str) -> Option<(SecretId, RotationId)> {
    let (of, number) = rotation.rsplit_once('.')?;
    let (name, env) = of.split_once('.')?;
    Some((SecretId::new(name, env).ok()?, RotationId(number.parse().ok()?)))
}

fn unknown(rotation: &str, secret: &SecretId) -> Failure {
    Failure::new(FailureKind::No, format!("the audit of {secret} has no rotation {rotation}"))
        .safe("nothing was changed")
        .hint(format!("`keybaton history {secret}` lists the rotations that there were"))
}

fn print(context: Context<'_>, secret: &SecretId, id: RotationId, trail: &Trail) {
    let width = report::width().unwrap_or(100).clamp(40, 120);
    let mut lines = vec![head(secret, id, trail)];
    let mut add = |text: String| lines.extend(report::hanging(&text, width));
    for step in &trail.steps {
        let by = step.by.as_ref().map(|by| format!(", for {by}")).unwrap_or_default();
        add(format!("  {}  #{} {}{by}", step.at, step.no, step.what));
    }
    for known in &trail.instances {
        add(format!("  instance {}/{} #{}: {}", known.consumer, known.instance, known.no, stood(known)));
    }
    if let Some(at) = &trail.refused_at {
        add(format!("  the key that was revoked is refused since {at}"));
    }
    context.report.data(&lines.join("\n"));
}

fn head(secret: &SecretId, id: RotationId, trail: &Trail) -> String {
    let outcome = trail.outcome.map_or_else(|| "going on".to_owned(), |outcome| outcome.to_string());
    let grade = trail.grade.map(|grade| format!(", the revoke is {grade}")).unwrap_or_default();
    let asked = trail.asked_by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    format!("{secret} #{id} {outcome}{grade}; cause: {}{asked}", trail.cause)
}

fn stood(known: &TrailInstance) -> String {
    let grade = known.grade.map(|grade| format!(", {grade}")).unwrap_or_default();
    let seen = known.by.as_ref().zip(known.at.as_ref()).map(|(by, at)| format!(" ({by} at {at})")).unwrap_or_default();
    format!("{}{grade}{seen}", known.stand)
}
