//! Walks a folder within bounds: links are not followed, and what is too large, binary or unreadable is said.

use std::{
    fs::{self, File},
    io::{ErrorKind, Read as _},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{Found, Hit, line, place};

/// How deep folders are looked into.
const DEEPEST: usize = 6;

/// The most entries that are looked at.
const MOST_ENTRIES: usize = 50_000;

/// The most files that are read.
const MOST_FILES: usize = 2_000;

/// The most bytes of a file that is read.
const LARGEST: u64 = 1024 * 1024;

/// The longest time that it takes.
const LONGEST: Duration = Duration::from_secs(3);

/// How many files that were left out are named.
const NAMED: usize = 3;

/// Folders of other people's files.
const FOREIGN: [&str; 14] = [
    ".git",
    ".hg",
    ".svn",
    ".keybaton",
    ".terraform",
    ".venv",
    "venv",
    "node_modules",
    "vendor",
    "target",
    "dist",
    "__pycache__",
    ".cache",
    "site-packages",
];

/// What is found in the files of a folder.
pub(super) fn files(folder: &Path, found: &mut Found) -> Vec<Hit> {
    let mut walk = Walk { begun: Instant::now(), entries: 0, hits: Vec::new(), out: Out::default(), files: 0 };
    let ended = walk.folder(folder, folder, 0);
    found.files = walk.files;
    found.left_out.extend(walk.out.words());
    if let Err(bound) = ended {
        found.left_out.push(bound);
    }
    walk.hits
}

struct Walk {
    begun: Instant,
    entries: usize,
    files: usize,
    hits: Vec<Hit>,
    out: Out,
}

/// What was left out, by its reason.
#[derive(Default)]
struct Out {
    unreadable: Vec<String>,
    large: Vec<String>,
    binary: Vec<String>,
    links: Vec<String>,
    deep: Vec<String>,
}

impl Walk {
    /// Ends early, with the reason, when a bound is met.
    fn folder(&mut self, root: &Path, folder: &Path, depth: usize) -> Result<(), String> {
        let Ok(entries) = fs::read_dir(folder) else {
            self.out.unreadable.push(shown(root, folder));
            return Ok(());
        };
        let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).take(MOST_ENTRIES).collect();
        paths.sort();
        for path in paths {
            self.within()?;
            let Ok(about) = fs::symlink_metadata(&path) else { continue };
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if about.is_dir() {
                if FOREIGN.contains(&name.as_str()) {
                    continue;
                }
                if depth + 1 > DEEPEST {
                    self.out.deep.push(shown(root, &path));
                    continue;
                }
                self.folder(root, &path, depth + 1)?;
            } else if let Some(place) = place::of(path.strip_prefix(root).unwrap_or(&path)) {
                if about.is_file() {
                    self.file(root, &path, place, about.len())?;
                } else {
                    self.out.links.push(shown(root, &path));
                }
            }
        }
        Ok(())
    }

    fn within(&mut self) -> Result<(), String> {
        self.entries += 1;
        if self.entries > MOST_ENTRIES {
            return Err(format!("everything after {MOST_ENTRIES} entries: the folder is too large to look through"));
        }
        if self.begun.elapsed() > LONGEST {
            return Err(format!("everything after {} seconds: the folder is too large", LONGEST.as_secs()));
        }
        Ok(())
    }

    fn file(&mut self, root: &Path, path: &Path, place: place::Place, length: u64) -> Result<(), String> {
        let name = shown(root, path);
        if length > LARGEST {
            self.out.large.push(name);
            return Ok(());
        }
        if self.files >= MOST_FILES {
            return Err(format!("everything after {MOST_FILES} files"));
        }
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|file| file.take(LARGEST).read_to_end(&mut bytes));
        if read.is_err_and(|error| error.kind() != ErrorKind::UnexpectedEof) {
            self.out.unreadable.push(name);
            return Ok(());
        }
        let Ok(text) = String::from_utf8(bytes) else {
            self.out.binary.push(name);
            return Ok(());
        };
        if text.contains('\0') {
            self.out.binary.push(name);
            return Ok(());
        }
        self.files += 1;
        for (number, text) in text.lines().enumerate() {
            self.hits.extend(line::read(text, place, &format!("{name}:{}", number + 1)));
        }
        Ok(())
    }
}

impl Out {
    fn words(self) -> Vec<String> {
        let lists = [
            (self.unreadable, "not readable"),
            (self.large, "larger than 1 MiB"),
            (self.binary, "binary, or not UTF-8"),
            (self.links, "no regular file (links are not followed)"),
            (self.deep, "more than six folders deep"),
        ];
        let said = |(names, why): (Vec<String>, &str)| {
            let more = if names.len() > NAMED { format!(" and {} more", names.len() - NAMED) } else { String::new() };
            let named: Vec<&str> = names.iter().take(NAMED).map(String::as_str).collect();
            (!names.is_empty()).then(|| format!("{}{more}: {why}", named.join(", ")))
        };
        lists.into_iter().filter_map(said).collect()
    }
}

/// A path as it is shown, and as it may stand in a comment of TOML: without anything that ends a line.
fn shown(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path).display().to_string();
    path.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}
