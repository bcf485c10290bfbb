//! `--verify FILE`: whether what was found still works.
//!
//! The ledger is asked first, as in every scan: what it knows is presented to nobody. Of the rest only what a rule of the
//! file announces is presented, and only at the endpoint that stands there. There is no endpoint beside those, and the
//! file is never taken from what is scanned.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::Duration,
};

use keybaton_connectors::http::{HttpProbe, ProbeSettings};
use keybaton_core::answer::Verdict;
use keybaton_ports::{Failure, FailureKind, Presented, Probe as _};
use keybaton_scan::Rules;
use keybaton_seal::SecretValue;
use keybaton_types::{IssuedId, SecretId, document::Verified};

use super::{Seen, world};
use crate::report::Report;

/// The most values that are presented: what finds more is no longer a question about single keys.
const MOST: usize = 200;

/// Who is asked about the findings of which rule.
pub(super) struct Endpoints(BTreeMap<String, ProbeSettings>);

/// What an endpoint said of the value with a fingerprint, by rule.
type Answers = BTreeMap<(String, String), Verified>;

impl Endpoints {
    /// Reads a file that has a probe for each rule, as `[issuer.NAME.probe]` writes one.
    pub(super) fn parse(path: &Path, text: &str, rules: &Rules) -> Result<Self, Failure> {
        let wrong = |why: String| {
            Failure::new(FailureKind::Usage, format!("{} says no endpoints", path.display()))
                .because(&std::io::Error::other(why))
                .safe("nothing was scanned, and nobody was asked")
                .hint("write a table for each rule: [sendgrid-key] with http, bearer or headers, ok and unauthorized")
        };
        let endpoints: BTreeMap<String, ProbeSettings> =
            toml::from_str(text).map_err(|error| wrong(error.message().to_owned()))?;
        for (id, settings) in &endpoints {
            if rules.get(id).is_none() {
                return Err(wrong(format!("there is no rule {id}")));
            }
            if settings.json.is_some() || settings.form.is_some() || !settings.http.starts_with("GET ") {
                return Err(wrong(format!("{id}.http: an endpoint is only read from: GET")));
            }
        }
        Ok(Self(endpoints))
    }

    /// Whether somebody is asked about findings of this rule.
    pub(super) fn take(&self, rule: &str) -> bool {
        self.0.contains_key(rule)
    }

    /// Asks, each value once, and writes down the answers.
    pub(super) fn ask(&self, report: &Report, seen: &mut Seen) -> Result<(), Failure> {
        let open = seen.found.iter().filter(|found| found.value.is_some()).count();
        if open == 0 {
            return Ok(());
        }
        let runtime = world::runtime(report)?;
        let answers = runtime.block_on(self.answers(report, seen));
        runtime.shutdown_timeout(Duration::from_secs(2));
        let answers = answers?;
        for found in seen.found.iter_mut().filter(|found| found.value.is_some()) {
            found.value = None;
            let key = (found.finding.rule.clone(), found.finding.fingerprint.clone());
            found.finding.verified = Some(answers.get(&key).copied().unwrap_or(Verified::Unknown));
        }
        Ok(())
    }

    async fn answers(&self, report: &Report, seen: &Seen) -> Result<Answers, Failure> {
        let probes = self.probes()?;
        let (mut answers, mut told) = (Answers::new(), BTreeSet::new());
        for found in &seen.found {
            let (rule, fingerprint) = (&found.finding.rule, &found.finding.fingerprint);
            let Some((value, probe)) = found.value.as_ref().zip(probes.get(rule.as_str())) else { continue };
            if answers.len() >= MOST || answers.contains_key(&(rule.clone(), fingerprint.clone())) {
                continue;
            }
            let answer = present(probe, value).await.unwrap_or_else(|why| {
                if told.insert(rule.clone()) {
                    report.words(&format!("not verified: {rule}: {why}"));
                }
                Verified::Unknown
            });
            answers.insert((rule.clone(), fingerprint.clone()), answer);
        }
        if answers.len() >= MOST {
            report.words(&format!("not verified: everything after the first {MOST} values"));
        }
        Ok(answers)
    }

    fn probes(&self) -> Result<BTreeMap<&str, HttpProbe>, Failure> {
        self.0
            .iter()
            .map(|(id, settings)| match HttpProbe::new(settings) {
                Ok(probe) => Ok((id.as_str(), probe)),
                Err(error) => Err(Failure::new(FailureKind::Usage, format!("the endpoint of {id} cannot be asked"))
                    .because(&error)
                    .safe("nobody was asked")
                    .hint("mend the setting that is named")),
            })
            .collect()
    }
}

/// Presents a value. What keeps an endpoint from answering is told in words that have no value in them.
async fn present(probe: &HttpProbe, value: &SecretValue) -> Result<Verified, String> {
    let secret = SecretId::new("found", "scan").map_err(|error| error.to_string())?;
    let id = IssuedId(String::new());
    match probe.probe(Presented { secret: &secret, id: &id, value }).await {
        Ok(Verdict::Accepted) => Ok(Verified::Works),
        Ok(Verdict::Refused) => Ok(Verified::Refused),
        Ok(Verdict::Inconclusive) => Ok(Verified::Unknown),
        Err(fault) => Err(fault.to_string()),
    }
}
