//! What is about to be pushed, as git tells its hook.

use std::io::Read as _;

use keybaton_ports::{Failure, FailureKind};

/// The most bytes that git may tell; a push of a hundred thousand branches tells less.
const LIMIT: u64 = 64 << 20;

/// The commits to begin from, and those that the other side has. `words` are the remote's name and address.
///
/// Git tells a line for each branch: `LOCAL-NAME LOCAL-COMMIT REMOTE-NAME REMOTE-COMMIT`. The pre-commit framework tells it
/// in variables instead.
pub(super) fn commits(words: &[String]) -> Result<Vec<String>, Failure> {
    let mut text = String::new();
    std::io::stdin().lock().take(LIMIT).read_to_string(&mut text).map_err(|error| {
        Failure::new(FailureKind::Unknown, "git did not tell what is pushed").because(&error).safe("nothing was pushed")
    })?;
    let framework = (text.trim().is_empty())
        .then(|| Some((std::env::var("PRE_COMMIT_FROM_REF").ok()?, std::env::var("PRE_COMMIT_TO_REF").ok()?)))
        .flatten();
    let remote = words.first().map(String::as_str).filter(|name| is_name(name));
    let told = match framework {
        Some((from, to)) => vec![(to, from)],
        None => text.lines().map(line).collect::<Option<Vec<_>>>().ok_or_else(garbled)?,
    };
    Ok(range(&told, remote))
}

/// A line's own commit, and the one that the other side has.
fn line(line: &str) -> Option<(String, String)> {
    let mut words = line.split(' ').skip(1);
    let (local, _, remote) = (words.next()?, words.next()?, words.next()?);
    (is_commit(local) && is_commit(remote)).then(|| (local.to_owned(), remote.to_owned()))
}

/// What `git log` is asked for: a branch that is deleted has nothing, one that is new has what no branch of the remote has.
fn range(told: &[(String, String)], remote: Option<&str>) -> Vec<String> {
    let mut commits: Vec<String> =
        told.iter().map(|(local, _)| local.clone()).filter(|local| !is_null(local)).collect();
    if commits.is_empty() {
        return commits;
    }
    let there = told.iter().map(|(_, remote)| remote).filter(|remote| !is_null(remote));
    commits.extend(there.map(|remote| format!("^{remote}")));
    if let Some(remote) = remote {
        commits.push("--not".to_owned());
        commits.push(format!("--remotes={remote}"));
    }
    commits
}

fn is_commit(word: &str) -> bool {
    matches!(word.len(), 40 | 64) && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_null(word: &str) -> bool {
    word.bytes().all(|byte| byte == b'0')
}

/// A remote that is an address has no branches of its own here.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('-') && !name.contains(['/', ':', '*', '?', '['])
}

fn garbled() -> Failure {
    Failure::new(FailureKind::Unknown, "git did not tell what is pushed in the form that is known")
        .safe("nothing was pushed")
        .hint("`keybaton hook status` says whether the hook is whole")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_other_side_has_is_left_out() {
        let (a, b, none) = ("a".repeat(40), "b".repeat(40), "0".repeat(40));
        let told = |lines: &[String]| lines.iter().map(|text| line(text)).collect::<Option<Vec<_>>>().unwrap();
        let changed = told(&[format!("refs/heads/x {a} refs/heads/x {b}")]);
        assert_eq!(
            range(&changed, Some("far")),
            [a.clone(), format!("^{b}"), "--not".to_owned(), "--remotes=far".to_owned()]
        );
        let new = told(&[format!("refs/heads/x {a} refs/heads/x {none}")]);
        assert_eq!(range(&new, None), std::slice::from_ref(&a));
        let gone = told(&[format!("(delete) {none} refs/heads/x {b}")]);
        assert!(range(&gone, Some("far")).is_empty());
        assert_eq!(line("refs/heads/x --output=y refs/heads/x z"), None);
        assert!(!is_name("git@host:x") && !is_name("--x") && is_name("origin"));
    }
}
