//! Health: whether what fails, fails because of the new credential (R13). A visible list of findings with reasons.

use keybaton_types::{CredentialNo, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    answer::Verdict,
    facts::Facts,
    ledger::{Calls, Report, Storm},
    rotation::Rotation,
    signal::Tally,
};

/// Reports of fewer refused calls than this prove nothing.
pub(crate) const FLOOR: u64 = 10;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// B fails and A works: go back.
    NewFails(Failure),
    /// Both are refused: nobody knows what is right.
    BothRefused,
    /// One instance fails with B while others succeed: an alert for it alone.
    OneInstance {
        /// The consumer.
        consumer: String,
        /// Its instance.
        instance: String,
    },
}

/// How B fails.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Failure {
    /// The probe is refused with B, and accepted with A.
    Probe,
    /// A consumer is refused with B.
    Reports {
        /// The consumer.
        consumer: String,
        /// Refused calls with B.
        refused: u64,
        /// All its calls with B.
        calls: u64,
    },
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Probe => f.write_str("the probe is refused with the new key and accepted with the old one"),
            Self::Reports { consumer, refused, calls } => {
                write!(f, "{consumer} was refused {refused} times in {calls} calls with the new key")
            }
        }
    }
}

/// A check of the world for one kind of trouble.
type Check = fn(&Rotation, &Facts<'_>) -> Option<Finding>;

/// Every check, the most certain first.
const CHECKS: [Check; 4] = [both_refused, probe_refuses_new, consumers_refused_with_new, one_instance_fails];

/// What is wrong with B, if anything is. 429, 5xx and time-outs never count: they are no reports and no verdicts.
pub fn judge(rotation: &Rotation, facts: &Facts<'_>) -> Option<Finding> {
    CHECKS.iter().find_map(|check| check(rotation, facts))
}

/// Whether somebody was refused with A since it was switched off: it is still in use somewhere.
pub fn old_is_missed(rotation: &Rotation, facts: &Facts<'_>) -> Option<String> {
    let since = rotation.times.off?;
    let fresh =
        |report: &&Report| Some(report.credential) == rotation.old && report.refused_at.is_some_and(|at| at >= since);
    facts.reports.iter().find(fresh).map(|report| format!("{}/{}", report.consumer, report.instance))
}

/// Whether the probe refuses B while A is off and can't be tried: A is switched on first, and then tried.
pub fn new_is_doubted(facts: &Facts<'_>) -> bool {
    facts.watch.new.is(Verdict::Refused, facts.policy.watch.failures)
}

/// Whether the newest answer of the probe refused B: no watch ends on that.
pub fn new_was_refused(facts: &Facts<'_>) -> bool {
    facts.watch.new.last == Some(Verdict::Refused)
}

/// A storm since the publish for which nobody has tried both credentials yet: it may be B's doing. Without an A there is
/// nothing to compare with.
pub fn undiagnosed<'a>(rotation: &Rotation, facts: &Facts<'a>) -> Option<&'a Storm> {
    let tried = |storm: &Storm| facts.watch.diagnosed.is_some_and(|at| at >= storm.since);
    storms(rotation, facts).filter(|_| rotation.old.is_some()).find(|storm| !tried(storm))
}

/// A storm since the publish that is not B's doing: B was tried since it began, and works.
pub fn unexplained<'a>(rotation: &Rotation, facts: &Facts<'a>) -> Option<&'a Storm> {
    let works = facts.watch.new.is(Verdict::Accepted, 1) && undiagnosed(rotation, facts).is_none();
    storms(rotation, facts).find(|_| works)
}

/// A storm that began while A was off: nobody knows whether A is what is missed.
pub fn storm_since_off<'a>(rotation: &Rotation, facts: &Facts<'a>) -> Option<&'a Storm> {
    let since = rotation.times.off?;
    facts.storms.iter().find(|storm| storm.rages(facts.now) && storm.since >= since)
}

/// The storms that rage, and were seen since the publish.
fn storms<'a>(rotation: &Rotation, facts: &Facts<'a>) -> impl Iterator<Item = &'a Storm> + use<'a> {
    let (now, since) = (facts.now, rotation.times.since);
    facts.storms.iter().filter(move |storm| storm.rages(now) && since.is_none_or(|since| storm.last >= since))
}

fn both_refused(_: &Rotation, facts: &Facts<'_>) -> Option<Finding> {
    let failures = facts.policy.watch.failures;
    let refused = facts.watch.new.is(Verdict::Refused, failures) && facts.watch.old.is(Verdict::Refused, failures);
    refused.then_some(Finding::BothRefused)
}

/// Where there is no A to compare with, the refusals alone have to do.
fn probe_refuses_new(rotation: &Rotation, facts: &Facts<'_>) -> Option<Finding> {
    let works = rotation.old.is_none() || facts.watch.old.is(Verdict::Accepted, 1);
    (new_is_doubted(facts) && works).then_some(Finding::NewFails(Failure::Probe))
}

fn consumers_refused_with_new(rotation: &Rotation, facts: &Facts<'_>) -> Option<Finding> {
    let new = rotation.new?;
    let spikes = |consumer| SPANS.iter().find_map(|span| spike(rotation, facts, consumer, new, *span));
    let (consumer, Calls { ok, refused }) =
        consumers(facts).into_iter().find_map(|consumer| Some((consumer, spikes(consumer)?)))?;
    Some(Finding::NewFails(Failure::Reports { consumer: consumer.to_owned(), refused, calls: ok + refused }))
}

fn one_instance_fails(rotation: &Rotation, facts: &Facts<'_>) -> Option<Finding> {
    let new = rotation.new?;
    let alone = |report: &&&Report, span: Span| {
        report.credential == new
            && is_failing(span.calls(report, facts.now))
            && others_succeed(facts, &report.consumer, new, span)
    };
    let failing = SPANS.iter().find_map(|span| facts.reports.iter().find(|report| alone(&report, *span)))?;
    Some(Finding::OneInstance { consumer: failing.consumer.clone(), instance: failing.instance.clone() })
}

/// Which calls with B are judged.
#[derive(Clone, Copy)]
enum Span {
    /// All since the publish: also who calls once a minute is heard.
    Whole,
    /// The last five to ten minutes: what worked for a week does not hide what fails now.
    Lately,
}

/// A spike in either of them counts.
const SPANS: [Span; 2] = [Span::Whole, Span::Lately];

impl Span {
    fn calls(self, report: &Report, now: Timestamp) -> Calls {
        match self {
            Self::Whole => report.whole(),
            Self::Lately => report.lately(now),
        }
    }
}

/// A consumer's calls with B in a span, where they are a spike that nothing excuses.
fn spike(rotation: &Rotation, facts: &Facts<'_>, consumer: &str, new: CredentialNo, span: Span) -> Option<Calls> {
    let calls = reports(facts, consumer, new).map(|report| span.calls(report, facts.now)).sum();
    let excused = others_succeed(facts, consumer, new, span) && facts.watch.new.is(Verdict::Accepted, 1);
    (is_failing(calls) && exceeds_own_rate(rotation, facts, consumer, calls) && !excused).then_some(calls)
}

/// Five times the consumer's own rate with A on the last one or two days in which it called with A; a consumer without
/// a history has a rate of zero.
fn exceeds_own_rate(rotation: &Rotation, facts: &Facts<'_>, consumer: &str, new: Calls) -> bool {
    let Some(old) = rotation.old else { return true };
    let old: Calls = reports(facts, consumer, old).map(|report| report.days.sum()).sum();
    Tally::from(new).exceeds(old.into())
}

/// Whether an instance succeeds with B; of one that did not call in the span, what it did before counts.
fn others_succeed(facts: &Facts<'_>, consumer: &str, new: CredentialNo, span: Span) -> bool {
    let calls = |report: &Report| match span.calls(report, facts.now) {
        none if none.count() == 0 => report.whole(),
        calls => calls,
    };
    reports(facts, consumer, new).map(calls).any(|calls| calls.ok > 0 && !is_failing(calls))
}

fn is_failing(calls: Calls) -> bool {
    calls.refused >= FLOOR && calls.refused.saturating_mul(2) >= calls.count()
}

/// What the instances of a consumer reported of a credential.
fn reports<'a>(facts: &Facts<'a>, consumer: &str, credential: CredentialNo) -> impl Iterator<Item = &'a Report> {
    facts.reports.iter().filter(move |r| r.consumer == consumer && r.credential == credential)
}

fn consumers<'a>(facts: &Facts<'a>) -> Vec<&'a str> {
    let mut names: Vec<&str> = facts.reports.iter().map(|r| &*r.consumer).collect();
    names.sort_unstable();
    names.dedup();
    names
}
