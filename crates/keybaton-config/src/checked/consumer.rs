//! The workloads that use a secret.

use keybaton_core::policy::{Consumer, Evidence};

use super::check::Check;
use crate::node::Located;
use crate::problem::Problem;
use crate::raw;

/// Checks a list of consumers.
pub(super) fn all(check: &mut Check, list: &[raw::Consumer]) -> Vec<Consumer> {
    let mut consumers: Vec<Consumer> = Vec::new();
    for (at, raw) in list.iter().enumerate() {
        let first = list.iter().take(at).find(|earlier| earlier.name == raw.name);
        if let Some(first) = first {
            let message = format!("the consumer `{}` is listed twice", raw.name.value.escape_debug());
            check.refuse::<()>(
                Problem::new(raw.name.span.clone(), message).showing().beside(first.name.span.clone(), "first here"),
            );
        }
        let (name, evidence) = (name(check, &raw.name), evidence(check, raw));
        consumers.extend(name.zip(evidence).map(|(name, evidence)| Consumer { name, evidence }));
    }
    consumers
}

fn name(check: &mut Check, name: &Located<String>) -> Option<String> {
    let text = &name.value;
    if text.is_empty() || text.len() > 64 || text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '/') {
        let problem =
            Problem::new(name.span.clone(), "the name of a consumer has 1 to 64 characters, no spaces and no `/`");
        return check.refuse(problem.showing());
    }
    Some(text.clone())
}

fn evidence(check: &mut Check, raw: &raw::Consumer) -> Option<Evidence> {
    let word = raw.evidence.value;
    let timed = matches!(word, raw::Evidence::Session | raw::Evidence::LastUsed);
    if let (Some(quiet), false) = (&raw.quiet, timed) {
        let problem = Problem::new(quiet.span.clone(), "`quiet` belongs to the evidence `session` and `last-used`");
        return check.refuse(problem.hinted("remove it"));
    }
    if let (Some(instances), true) = (&raw.instances, word != raw::Evidence::Agent) {
        let problem = Problem::new(instances.span.clone(), "`instances` belongs to the evidence `agent`");
        return check.refuse(problem.hinted("remove it"));
    }
    let quiet = || raw.quiet.as_ref().map(|quiet| quiet.value.0);
    match word {
        raw::Evidence::Agent => instances(check, raw.instances.as_ref()).map(|instances| Evidence::Agent { instances }),
        raw::Evidence::Ack => Some(Evidence::Ack),
        raw::Evidence::Manual => Some(Evidence::Manual),
        raw::Evidence::Session => match quiet() {
            Some(quiet) => Some(Evidence::Session { quiet }),
            None => check.refuse(no_quiet(raw, "session")),
        },
        raw::Evidence::LastUsed => match quiet() {
            Some(quiet) => Some(Evidence::LastUsed { quiet }),
            None => check.refuse(no_quiet(raw, "last-used")),
        },
    }
}

fn instances(check: &mut Check, instances: Option<&Located<u32>>) -> Option<u32> {
    match instances {
        None => Some(1),
        Some(instances) if instances.value > 0 => Some(instances.value),
        Some(none) => check.refuse(Problem::new(none.span.clone(), "`instances` is at least 1").showing()),
    }
}

fn no_quiet(raw: &raw::Consumer, word: &str) -> Problem {
    let message = format!("the evidence `{word}` needs `quiet`: how long the old key must have been unused");
    let hint = "add `quiet`, longer than the consumer's longest pause, such as quiet = \"26h\" for a daily job";
    Problem::new(raw.evidence.span.clone(), message).showing().hinted(hint)
}
