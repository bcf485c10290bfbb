//! Where blobs came from that could hold a credential, with as little listing as what is known allows.

use std::{
    collections::{BTreeSet, HashSet},
    io::{BufRead as _, BufReader, Write as _},
};

use super::{
    birth::Births,
    listing::Listing,
    past::{Origin, Past},
};
use crate::git::{Error, Git, ObjectName, blobs::Blobs};

/// Where everything came from.
#[derive(Debug, Default)]
pub(super) struct Attributed {
    /// What a commit has, the oldest first.
    pub(super) origins: Vec<Origin>,
    /// What no commit has.
    pub(super) lost: BTreeSet<ObjectName>,
    /// The commits from which it was reached.
    pub(super) tips: BTreeSet<ObjectName>,
    /// How many objects are not there that a commit or a tree names.
    pub(super) missing: u64,
}

/// Finds the origins of `hits` and of whatever the past knows.
///
/// What is known stays true while every commit is still there and none was added that is older: a branch that was
/// fetched late may have had a blob first.
pub(super) fn attribute<'g>(
    git: &'g Git,
    past: &Past,
    border: &BTreeSet<ObjectName>,
    hits: HashSet<ObjectName>,
    blobs: &mut Blobs<'g>,
    births: &mut Births,
) -> Result<Attributed, Error> {
    if hits.is_empty() && past.hits().next().is_none() {
        return Ok(Attributed { tips: tips(git)?, ..Attributed::default() });
    }
    let tips = tips(git)?;
    let mut search = Search { git, blobs, births };
    if !past.is_empty() && past.facts.border == *border && search.still_holds(past, &tips)? {
        let mut known = Attributed { origins: past.facts.origins.clone(), ..Attributed::default() };
        let mut wanted: HashSet<ObjectName> = hits.iter().chain(&past.facts.lost).cloned().collect();
        if tips != past.facts.tips {
            search.list(&past.facts.tips, &mut wanted, &mut known)?;
        }
        if hits.iter().all(|hit| !wanted.contains(hit)) {
            known.lost = wanted.into_iter().collect();
            known.tips = tips;
            return Ok(known);
        }
    }
    let mut wanted: HashSet<ObjectName> = hits.into_iter().chain(past.hits().cloned()).collect();
    let mut all = Attributed { tips, ..Attributed::default() };
    search.list(&BTreeSet::new(), &mut wanted, &mut all)?;
    all.lost = wanted.into_iter().collect();
    Ok(all)
}

struct Search<'a, 'g> {
    git: &'g Git,
    blobs: &'a mut Blobs<'g>,
    births: &'a mut Births,
}

impl Search<'_, '_> {
    /// Whether what the past knows of its commits is true of these.
    fn still_holds(&mut self, past: &Past, tips: &BTreeSet<ObjectName>) -> Result<bool, Error> {
        if *tips == past.facts.tips {
            return Ok(true);
        }
        let gone = ask(self.git, &["--max-count=1"], &past.facts.tips, tips);
        match gone {
            // a commit that is not even there any more is gone too
            Err(Error::Failed(_)) => return Ok(false),
            Err(error) => return Err(error),
            Ok(lines) if !lines.is_empty() => return Ok(false),
            Ok(_) => {}
        }
        let Some(newest) = past.newest() else { return Ok(true) };
        let added = ask(self.git, &["--timestamp"], tips, &past.facts.tips)?;
        let times = added.iter().filter_map(|line| line.split(' ').next()?.parse::<i64>().ok());
        Ok(times.min().is_none_or(|oldest| oldest >= newest))
    }

    /// Lists what commits bring, but not those that `without` reaches, until nothing is wanted any more.
    fn list(
        &mut self,
        without: &BTreeSet<ObjectName>,
        wanted: &mut HashSet<ObjectName>,
        found: &mut Attributed,
    ) -> Result<(), Error> {
        let mut listing = Listing::without(self.git, without)?;
        while !wanted.is_empty() {
            let Some(entry) = listing.next()? else {
                found.missing = listing.missing();
                return listing.end();
            };
            if wanted.remove(&entry.object) {
                let birth = self.births.of(&entry.commit, self.blobs)?;
                let (object, commit, path) = (entry.object, entry.commit, entry.path);
                found.origins.push(Origin { object, commit, committed: birth.committed, path });
            }
        }
        Ok(())
    }
}

/// The commits that everything is reached from: those of all references, and the one that is checked out.
fn tips(git: &Git) -> Result<BTreeSet<ObjectName>, Error> {
    let lines = ask(git, &["--no-walk", "--all"], &BTreeSet::new(), &BTreeSet::new())?;
    Ok(lines.iter().filter_map(|line| ObjectName::parse(line.as_bytes())).collect())
}

/// What `git rev-list` says of commits that `of` reaches and `without` does not.
fn ask(
    git: &Git,
    words: &[&str],
    of: &BTreeSet<ObjectName>,
    without: &BTreeSet<ObjectName>,
) -> Result<Vec<String>, Error> {
    let mut talk = git.start(["rev-list"].iter().chain(words).chain(&["--stdin"]))?;
    if let Some(input) = talk.input.take() {
        tell(input, of, without).map_err(Error::Talk)?;
    }
    let output = talk.output.take().ok_or_else(|| Error::Talk(std::io::ErrorKind::BrokenPipe.into()))?;
    let lines: Result<Vec<String>, _> = BufReader::new(output).lines().collect();
    talk.end()?;
    lines.map_err(Error::Talk)
}

/// Names commits to a program, and those that are left out.
pub(super) fn tell(
    input: impl std::io::Write,
    of: &BTreeSet<ObjectName>,
    without: &BTreeSet<ObjectName>,
) -> std::io::Result<()> {
    let mut input = std::io::BufWriter::new(input);
    for name in of {
        writeln!(input, "{name}")?;
    }
    for name in without {
        writeln!(input, "^{name}")?;
    }
    match input.flush() {
        // it has seen enough, and says why
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}
