//! `doctor`: checks configuration, state, clocks, keys, issuers, probes and vaults, and says what to do.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use anstyle::{AnsiColor, Style};
use clap::Args;
use keybaton_ports::{Failure, FailureKind};
use keybaton_types::document::{Counts, Doctor, Finding, Health};
use serde::Serialize;

use super::{Context, Ended};
use crate::{
    doctor::{Bundle, CHECKS, Calls, Check, Ground, Names, examine},
    exit::Exit,
    report::fitted,
};

/// The id of the check of the configuration, which has an exit code of its own.
const CONFIGURATION: &str = "KB-CFG-001";

const GOOD: Style = AnsiColor::Green.on_default();
const WARN: Style = AnsiColor::Yellow.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const DIM: Style = Style::new().dimmed();

/// Checks everything that can be checked without changing anything.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Only this check or group, such as KB-STA-003 or STA; give it again for more
    #[arg(long, value_name = "ID|GROUP")]
    only: Vec<String>,
    /// Ask no far service: by default their lists, probes and vaults are read
    #[arg(long)]
    offline: bool,
    /// Write a support archive without values, hosts and names into a new file, and say what is in it
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
    /// Keep the names of hosts, machines and people in the support archive
    #[arg(long, requires = "bundle")]
    with_names: bool,
    /// List the checks, and make none
    #[arg(long, conflicts_with_all = ["only", "offline", "bundle"])]
    list: bool,
}

/// `keybaton/doctor-checks/v1`.
#[derive(Serialize)]
struct Checks {
    schema: &'static str,
    checks: Vec<Listed>,
}

#[derive(Serialize)]
struct Listed {
    id: &'static str,
    group: &'static str,
    what: &'static str,
    fix: &'static str,
    asks_far_services: bool,
}

pub(crate) async fn run(context: Context<'_>, args: &DoctorArgs) -> Ended {
    if args.list {
        list(context);
        return Ok(Exit::Done);
    }
    let chosen = chosen(&args.only)?;
    if let Some(file) = args.bundle.as_deref().filter(|file| file.exists()) {
        return Err(there(file));
    }
    let asks = !args.offline && chosen.iter().any(|check| check.look.needs_world());
    let calls = if asks { Calls::ReadOnly } else { Calls::None };
    let ground = Ground::gather(context.global, context.report, calls).await;
    let findings = examine(&ground, &chosen);
    let doctor = Doctor { schema: Doctor::SCHEMA.to_owned(), counts: Counts::of(&findings), findings };
    if context.report.json {
        context.report.document(&doctor);
    } else {
        for (finding, more) in folded(&doctor.findings) {
            print(context, finding, more);
        }
    }
    if let Some(file) = &args.bundle {
        let names = if args.with_names { Names::Shown } else { Names::Hidden };
        bundle(context, file, &Bundle::new(&ground, &doctor, names))?;
    }
    let exit = exit(&doctor);
    context.report.words(&summary(&doctor.counts));
    Ok(exit)
}

/// The checks that were asked for; all of them when none was.
fn chosen(only: &[String]) -> Result<Vec<&'static Check>, Failure> {
    let fits =
        |check: &Check, word: &String| check.id.eq_ignore_ascii_case(word) || check.group().eq_ignore_ascii_case(word);
    if let Some(unknown) = only.iter().find(|word| !CHECKS.iter().any(|check| fits(check, word))) {
        return Err(Failure::new(FailureKind::Usage, format!("there is no check or group {unknown:?}"))
            .safe("nothing was checked")
            .hint("`keybaton doctor --list` shows them"));
    }
    Ok(CHECKS.iter().filter(|check| only.is_empty() || only.iter().any(|word| fits(check, word))).collect())
}

fn list(context: Context<'_>) {
    let listed = CHECKS.iter().map(|check| Listed {
        id: check.id,
        group: check.group(),
        what: check.what,
        fix: check.fix,
        asks_far_services: check.look.needs_world(),
    });
    let checks = Checks { schema: "keybaton/doctor-checks/v1", checks: listed.collect() };
    if context.report.json {
        context.report.document(&checks);
        return;
    }
    let rows: Vec<Vec<String>> = checks.checks.iter().map(|row| vec![row.id.to_owned(), row.what.to_owned()]).collect();
    context.report.data(&fitted(&["CHECK", "OK WHEN"], &rows));
}

/// What is printed, and how many checks more each line stands for: those that were skipped for one reason are one line.
fn folded(findings: &[Finding]) -> Vec<(&Finding, usize)> {
    let mut lines: Vec<(&Finding, usize)> = Vec::new();
    for finding in findings {
        let same = |(line, _): &&mut (&Finding, usize)| {
            line.state == Health::Skipped && line.subject == finding.subject && line.sentence == finding.sentence
        };
        match lines.iter_mut().find(same) {
            Some((_, more)) if finding.state == Health::Skipped => *more += 1,
            _ => lines.push((finding, 0)),
        }
    }
    lines
}

/// Glyph, id, thing, sentence; and what to do below it.
fn print(context: Context<'_>, finding: &Finding, more: usize) {
    let (style, glyph) = match finding.state {
        Health::Ok => (GOOD, "✓ ok     "),
        Health::Warning => (WARN, "▲ warning"),
        Health::Error => (BAD, "✗ error  "),
        Health::Skipped => (DIM, "- skipped"),
        Health::Unknown => (WARN, "? unknown"),
    };
    let subject = finding.subject.as_ref().map(|subject| format!("{subject}: ")).unwrap_or_default();
    let others = if more > 0 { format!(" and {more} more") } else { String::new() };
    context.report.data(&format!(" {style}{glyph}{style:#}  {}{others}  {subject}{}", finding.id, finding.sentence));
    if let Some(fix) = finding.fix.as_ref().filter(|_| finding.state != Health::Ok) {
        context.report.data(&format!("            fix: {fix}"));
    }
}

fn exit(doctor: &Doctor) -> Exit {
    let unreadable = |finding: &Finding| finding.id == CONFIGURATION && finding.state == Health::Error;
    match doctor.counts {
        _ if doctor.findings.iter().any(unreadable) => Exit::Usage,
        Counts { error, .. } if error > 0 => Exit::No,
        Counts { unknown, .. } if unknown > 0 => Exit::Unknown,
        Counts { .. } => Exit::Done,
    }
}

fn summary(counts: &Counts) -> String {
    let Counts { ok, warning, error, skipped, unknown } = counts;
    let many = |count: &usize| if *count == 1 { "" } else { "s" };
    let (warnings, errors) = (many(warning), many(error));
    format!("{ok} ok, {warning} warning{warnings}, {error} error{errors}, {unknown} unknown, {skipped} skipped.")
}

fn bundle(context: Context<'_>, file: &Path, bundle: &Bundle) -> Result<(), Failure> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = tempfile::Builder::new().prefix(".keybaton-support-").tempfile_in(folder).and_then(|mut archive| {
        archive.write_all(&bundle.archive())?;
        archive.as_file().sync_all()?;
        archive.persist_noclobber(file).map_err(|error| error.error)
    });
    match written {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(there(file)),
        Err(error) => {
            return Err(Failure::new(FailureKind::Unknown, format!("{} was not written", file.display()))
                .because(&error)
                .safe("nothing was changed")
                .hint("check the folder's owner and mode, and that there is room"));
        }
        Ok(_) => {}
    }
    context.report.words(&format!("{} holds, without any value:", file.display()));
    bundle.contents().for_each(|line| context.report.words(&format!("  {line}")));
    context.report.words("Look into it before you send it: tar -xOf FILE | less");
    Ok(())
}

fn there(file: &Path) -> Failure {
    Failure::new(FailureKind::Usage, format!("{} is there already", file.display()))
        .safe("it was left as it is")
        .hint("choose another name")
}
