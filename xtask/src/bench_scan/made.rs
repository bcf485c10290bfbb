//! What is scanned: made by arithmetic, the same every time.

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use super::git;

/// How many files a tree has, and how many lines a file.
const FILES: u32 = 1500;
const LINES: u32 = 250;

/// How many commits a history has; each changes a file of `DEEP` lines.
const COMMITS: u32 = 6000;
const WIDE: u32 = 40;
const DEEP: u32 = 600;

/// What a line of source looks like, with room for numbers.
const SHAPES: [&str; 8] = [
    "    let key_# = input.trim_start_matches(char::is_whitespace); // the name # of the grammar\n",
    "    if (state->token == NULL || state->length > #) return handle_error(state, \"unexpected #\");\n",
    "def session_#(self, request, password=None, *, retries=#):\n",
    "    response = self.client.post(f'/v1/users/{request.user_id}/sessions/#', json={'n': #})\n",
    ".button-# { color: #3a7f#; margin: 0 auto; transition: all 0.3s ease-in-out; }\n",
    "<div class=\"row-#\"><label for=\"name\">Name #</label><input type=\"text\" id=\"name\"></div>\n",
    "  \"dependency-#\": { \"version\": \"1.#.0\", \"resolved\": \"https://example.org/pkg-#.tgz\" },\n",
    "    assert_eq!(table.lookup(#).map(|row| row.len()), Some(#), \"row # of the table\");\n",
];

/// Removes what an earlier run has made.
pub(super) fn clean(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).context("remove what an earlier run has made")?;
    }
    fs::create_dir_all(folder).context("make the folder of the benchmark")
}

/// A tree of source files.
pub(super) fn tree(folder: &Path) -> Result<PathBuf> {
    let tree = folder.join("tree");
    for no in 0..FILES {
        let part = tree.join(format!("part-{}", no % 30));
        fs::create_dir_all(&part)?;
        fs::write(part.join(format!("file-{no}.{}", ["rs", "c", "py", "js"][no as usize % 4])), source(no, LINES))?;
    }
    Ok(tree)
}

/// A repository in which 5 files with 200 lines are staged.
pub(super) fn staged(folder: &Path) -> Result<PathBuf> {
    let place = folder.join("staged");
    fs::create_dir_all(&place)?;
    git(&place, &["init", "-q"])?;
    for round in [0, 40] {
        for no in 0..5 {
            fs::write(place.join(format!("file-{no}.rs")), source(no, 300 + round))?;
        }
        git(&place, &["add", "-A"])?;
        if round == 0 {
            git(&place, &["commit", "-q", "-m", "first"])?;
        }
    }
    Ok(place)
}

/// The same with a key in a line that is added, and the hook before it. No commit is ever made of it.
pub(super) fn blocked(folder: &Path, binary: &str) -> Result<PathBuf> {
    let folder = folder.join("blocked");
    fs::create_dir_all(&folder)?;
    let place = staged(&folder)?;
    let value: String = (0..20).map(|no| char::from(b'a' + (mixed(no) % 26) as u8)).collect();
    fs::write(place.join("settings.py"), format!("client_secret = '{value}{}Q!'\n", mixed(1) % 1000))?;
    git(&place, &["add", "-A"])?;
    let installed = Command::new(binary).args(["hook", "install"]).current_dir(&place).output()?;
    if !installed.status.success() {
        bail!("the hook was not installed: {}", String::from_utf8_lossy(&installed.stderr).trim());
    }
    if git(&place, &["commit", "-q", "-m", "key"]).is_ok() {
        bail!("the hook let a key pass");
    }
    Ok(place)
}

/// A packed history of many small changes.
pub(super) fn history(folder: &Path) -> Result<PathBuf> {
    let place = folder.join("history");
    fs::create_dir_all(&place)?;
    git(&place, &["init", "-q"])?;
    let mut import = Command::new("git");
    let mut import = import
        .current_dir(&place)
        .args(["fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .context("start git")?;
    let mut input = import.stdin.take().context("talk to git")?;
    let mut files: Vec<Vec<String>> =
        (0..WIDE).map(|no| source(no, DEEP).lines().map(|line| format!("{line}\n")).collect()).collect();
    for commit in 0..COMMITS {
        let no = commit % WIDE;
        let file = &mut files[no as usize];
        let at = mixed(commit) as usize % file.len();
        file[at] = line(mixed(commit ^ 0xabcd));
        let text = file.concat();
        writeln!(
            input,
            "commit refs/heads/main\ncommitter Bench <bench@example.org> {} +0000",
            1_700_000_000 + commit
        )?;
        writeln!(input, "data 4\nstep\nM 100644 inline src/file-{no}.rs\ndata {}\n{text}", text.len())?;
    }
    drop(input);
    if !import.wait()?.success() {
        bail!("git could not import the history");
    }
    git(&place, &["gc", "-q"])?;
    Ok(place)
}

fn source(seed: u32, lines: u32) -> String {
    (0..lines).map(|no| line(mixed(seed.wrapping_mul(7919).wrapping_add(no)))).collect()
}

fn line(number: u32) -> String {
    let shape = SHAPES[number as usize % SHAPES.len()];
    let (mut text, mut number) = (String::with_capacity(shape.len() + 16), number);
    for part in shape.split('#') {
        if !text.is_empty() {
            number = mixed(number);
            // a String takes whatever is written to it
            let _ = write!(text, "{}", number % 1000);
        }
        text.push_str(part);
    }
    text
}

/// A number that looks like no other one.
fn mixed(number: u32) -> u32 {
    let number = (number ^ (number >> 16)).wrapping_mul(0x7feb_352d);
    let number = (number ^ (number >> 15)).wrapping_mul(0x846c_a68b);
    number ^ (number >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_is_the_same_every_time() {
        assert_eq!(source(3, 50), source(3, 50));
        assert_ne!(source(3, 50), source(4, 50));
        assert_eq!(source(3, 50).lines().count(), 50);
    }
}
