//! Real code that people have labelled, in the form of the data set `CredData`: `meta/*.csv` names lines of files below
//! `data/` and says whether a credential stands there.
//!
//! What is counted are labels: one is found when a finding stands on its lines, by the usual look and by the wider one of
//! `--weak`. Values are neither read nor printed here.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
    process::Command,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// What a person says of some lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Truth {
    /// A credential.
    True,
    /// None.
    False,
    /// An example or a placeholder.
    Example,
}

/// Lines that a person looked at.
#[derive(Debug)]
struct Label {
    path: String,
    first: u64,
    last: u64,
    truth: Truth,
    category: String,
}

/// How many labels there are of a kind, and how many of them have a finding.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    all: u32,
    found: u32,
}

/// The lines of each file on which something was found.
type Lines = BTreeMap<String, BTreeSet<u64>>;

/// Kinds of which there are fewer are not shown by themselves.
const FEW: u32 = 20;

/// The ways to look that are compared, and what each adds to the command.
const LOOKS: [(&str, &[&str]); 2] = [("the usual look", &[]), ("with `--weak`", &["--weak"])];

/// Scans the files in each way, compares with the labels, and tells it as tables.
pub(super) fn table(binary: &str, folder: &Path) -> Result<String> {
    let labels = labels(&folder.join("meta"))?;
    let mut tables = String::new();
    for (name, flags) in LOOKS {
        let lines = found(binary, folder, flags)?;
        // a String takes whatever is written to it
        let _ = writeln!(tables, "{}", told(name, &labels, &lines));
    }
    Ok(tables)
}

fn labels(folder: &Path) -> Result<Vec<Label>> {
    let mut labels = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))? {
        let path = entry?.path();
        let text = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
        labels.extend(parse(&text).with_context(|| format!("{} is no list of labels", path.display()))?);
    }
    if labels.is_empty() {
        bail!("{} has no label", folder.display());
    }
    Ok(labels)
}

/// Reads a table whose fields have no comma in them; the first line names them.
fn parse(text: &str) -> Option<Vec<Label>> {
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next()?.split(',').collect();
    let place = |name: &str| names.iter().position(|own| *own == name);
    let [path, first, last, truth, category] =
        [place("FilePath")?, place("LineStart")?, place("LineEnd")?, place("GroundTruth")?, place("Category")?];
    let label = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let truth = match *fields.get(truth)? {
            "T" => Truth::True,
            "F" => Truth::False,
            _ => Truth::Example,
        };
        let text = |no: usize| fields.get(no).map(|text| (*text).to_owned());
        let (first, last) = (fields.get(first)?.parse().ok()?, fields.get(last)?.parse().ok()?);
        Some(Label { path: text(path)?, first, last, truth, category: text(category)? })
    };
    lines.map(label).collect()
}

fn found(binary: &str, folder: &Path, flags: &[&str]) -> Result<Lines> {
    let output = Command::new(binary).args(["scan", "--json", "data"]).args(flags).current_dir(folder).output();
    let output = output.context("start the scanner")?;
    let document: Value = serde_json::from_slice(&output.stdout).context("the scanner printed no document")?;
    let mut lines = Lines::new();
    for finding in document["findings"].as_array().into_iter().flatten() {
        if let (Some(path), Some(line)) = (finding["path"].as_str(), finding["line"].as_u64()) {
            lines.entry(path.to_owned()).or_default().insert(line);
        }
    }
    Ok(lines)
}

/// The lines of a label on which something was found.
fn on<'l>(lines: &'l Lines, label: &'l Label) -> impl Iterator<Item = &'l u64> {
    lines.get(&label.path).into_iter().flat_map(|lines| lines.range(label.first..=label.last))
}

fn told(look: &str, labels: &[Label], lines: &Lines) -> String {
    let of_truth: BTreeSet<(&str, u64)> = labels
        .iter()
        .filter(|label| label.truth == Truth::True)
        .flat_map(|label| on(lines, label).map(|line| (label.path.as_str(), *line)))
        .collect();
    let labelled: BTreeSet<(&str, u64)> =
        labels.iter().flat_map(|label| on(lines, label).map(|line| (label.path.as_str(), *line))).collect();
    let mut counts = [Count::default(); 3];
    let mut kinds: BTreeMap<&str, Count> = BTreeMap::new();
    for label in labels {
        // a line on which a credential stands too is not found in vain
        let is_found = on(lines, label)
            .any(|line| label.truth == Truth::True || !of_truth.contains(&(label.path.as_str(), *line)));
        let add = |count: &mut Count| {
            count.all += 1;
            count.found += u32::from(is_found);
        };
        add(&mut counts[label.truth as usize]);
        if label.truth == Truth::True {
            add(kinds.entry(&label.category).or_default());
        }
    }
    let findings: usize = lines.values().map(BTreeSet::len).sum();
    text(look, counts, &kinds, findings - labelled.len())
}

fn text(look: &str, [true_, false_, example]: [Count; 3], kinds: &BTreeMap<&str, Count>, others: usize) -> String {
    let share = |part: u32, all: u32| f64::from(part) / f64::from(all.max(1));
    let precision = share(true_.found, true_.found + false_.found + example.found);
    let mut text = format!(
        "Code that people have labelled, {look}: recall {:.3} at precision {precision:.3}; {others} findings stand on lines \
         that nobody labelled.\n\n| label | labels | found | share |\n|---|---:|---:|---:|\n",
        share(true_.found, true_.all)
    );
    let mut row = |name: &str, count: Count| {
        // a String takes whatever is written to it
        let _ = writeln!(text, "| {name} | {} | {} | {:.2} |", count.all, count.found, share(count.found, count.all));
    };
    row("credential", true_);
    row("none", false_);
    row("example or placeholder", example);
    let mut kinds: Vec<_> = kinds.iter().filter(|(_, count)| count.all >= FEW).collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(count.all));
    for (name, count) in kinds {
        row(&format!("credential: {name}"), *count);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_compared_with_findings_by_line() {
        let labels = parse(
            "Id,FilePath,LineStart,LineEnd,GroundTruth,Category\n1,a.py,3,5,T,Key\n2,a.py,5,5,F,Key\n3,a.py,9,9,F,Key\n\
             4,b.py,1,1,T,Key\n5,b.py,2,2,X,Key\n",
        )
        .unwrap();
        let lines: Lines = [("a.py".to_owned(), [5, 9, 40].into())].into();
        let told = told("some look", &labels, &lines);
        assert!(told.contains("some look: recall 0.500 at precision 0.500; 1 findings"), "{told}");
        for row in ["| credential | 2 | 1 | 0.50 |", "| none | 2 | 1 | 0.50 |", "| example or placeholder | 1 | 0 |"] {
            assert!(told.contains(row), "{told}");
        }
        assert!(parse("a,b\n1,2\n").is_none());
    }
}
