//! What a scan looks for and what it leaves out: the rules of the house, those of a team, baselines, ignored places.

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use keybaton_ports::{Failure, FailureKind};
use keybaton_scan::{Baseline, Finding, FindingKey, Ignored, Rules, git::Birth, team::Config};
use keybaton_seal::Fingerprinter;

use super::{Context, ScanArgs, verify::Endpoints};
use crate::known;

/// No file of exceptions is read further than this.
const LIMIT: u64 = 16 << 20;

/// How many configurations may extend one another.
const DEEPEST: usize = 4;

/// What a scan looks for and what it leaves out.
pub(super) struct Exceptions {
    pub(super) rules: Rules,
    pub(super) key: FindingKey,
    /// Who is asked about what no ledger knows.
    pub(super) endpoints: Option<Endpoints>,
    baseline: Baseline,
    ignored: Ignored,
}

impl Exceptions {
    /// Reads what was asked for, and what stands in the folder.
    pub(super) fn read(context: Context<'_>, args: &ScanArgs, root: &Path) -> Result<Self, Failure> {
        let rules = if args.weak { Rules::built_in().weak() } else { Rules::built_in() };
        let rules = match team(context, args, root)? {
            Some(team) => rules.with(team),
            None => rules,
        };
        let known = match &args.managed.known {
            Some(path) => Some(known::read(path)?),
            None => known::at_hand(context),
        };
        let rules = match known {
            Some(known) => rules.knowing(known),
            None => rules,
        };
        let baseline = match &args.baseline {
            Some(path) => Baseline::parse(&needed(path)?),
            None => Baseline::default(),
        };
        let endpoints = match &args.managed.verify {
            Some(path) => Some(Endpoints::parse(path, &needed(path)?, &rules)?),
            None => None,
        };
        let ignored = Ignored::parse(&standing(&root.join(".gitleaksignore"))?.unwrap_or_default());
        Ok(Self { rules, key: FindingKey::new(Fingerprinter::public()), endpoints, baseline, ignored })
    }

    /// Whether a whole commit is left out.
    pub(super) fn allows(&self, birth: &Birth) -> bool {
        self.rules.allows_commit(birth.commit.as_str())
    }

    /// Whether a finding is left out.
    pub(super) fn holds(&self, finding: &Finding) -> bool {
        self.baseline.holds(finding) || self.ignored.holds(finding)
    }
}

/// The configuration that was named, or the one that stands in the folder.
fn team(context: Context<'_>, args: &ScanArgs, root: &Path) -> Result<Option<Config>, Failure> {
    if let Some(path) = &args.rules {
        return config(path, &needed(path)?).map(Some);
    }
    // `--config` is keybaton's own, but whoever comes from gitleaks names its file there
    if let Some((path, text)) = context.global.config.as_ref().and_then(|path| Some((path, own(path)?))) {
        return config(path, &text).map(Some);
    }
    let path = root.join(".gitleaks.toml");
    match standing(&path)? {
        Some(text) => config(&path, &text).map(Some),
        None => Ok(None),
    }
}

/// The text of a file that is a configuration of gitleaks and none of keybaton, which says its version.
fn own(path: &Path) -> Option<String> {
    let text = text(path).ok()?;
    let table: toml::Table = text.parse().ok()?;
    let keys = ["rules", "allowlist", "allowlists", "extend"];
    (!table.contains_key("version") && keys.iter().any(|key| table.contains_key(*key))).then_some(text)
}

fn config(path: &Path, text: &str) -> Result<Config, Failure> {
    let parse = |path: &Path, text: &str| {
        Config::parse(text, &path.to_string_lossy()).map_err(|broken| {
            Failure::new(FailureKind::Usage, "the rules cannot be used")
                .because(&broken)
                .safe("nothing was scanned")
                .hint("mend the line that is named")
        })
    };
    let mut config = parse(path, text)?;
    for _ in 0..DEEPEST {
        let Some(base) = config.extends().map(PathBuf::from) else { return Ok(config) };
        config = config.extend(parse(&base, &needed(&base)?)?);
    }
    Ok(config)
}

/// The text of a file that was named.
fn needed(path: &Path) -> Result<String, Failure> {
    text(path).map_err(|error| unreadable(path, &error, FailureKind::Usage))
}

/// The text of a file that may be there.
fn standing(path: &Path) -> Result<Option<String>, Failure> {
    match text(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(unreadable(path, &error, FailureKind::Unknown)),
    }
}

fn text(path: &Path) -> io::Result<String> {
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let mut text = String::new();
    if file.take(LIMIT).read_to_string(&mut text)? as u64 == LIMIT {
        return Err(io::Error::other("it is too long"));
    }
    Ok(text)
}

fn unreadable(path: &Path, error: &io::Error, kind: FailureKind) -> Failure {
    Failure::new(kind, format!("{} cannot be read", path.display()))
        .because(error)
        .safe("nothing was scanned")
        .hint("name a file that can be read")
}
