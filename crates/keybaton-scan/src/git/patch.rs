//! Reads a patch as `git diff --no-renames --no-prefix --full-index` prints it, hunk by hunk.
//!
//! A hunk is handed out as the new side of the file has it, with the lines that were added; removed lines are nowhere.

use std::{io::BufRead, ops::RangeInclusive};

use super::{Error, ObjectName};
use crate::LineRanges;

/// A file that a patch changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path, as its bytes are.
    pub path: Vec<u8>,
    /// What it was, if it was there.
    pub before: Option<ObjectName>,
    /// What it is, if it is still there.
    pub after: Option<ObjectName>,
}

/// What a patch says about a file.
#[derive(Clone, Copy, Debug)]
pub enum Content<'a> {
    /// Some lines of it, as they are now.
    Lines {
        /// Their bytes, each with its line break.
        bytes: &'a [u8],
        /// The number of the first one.
        first_line: u32,
        /// Those that were added.
        added: &'a LineRanges,
    },
    /// It changed, and git shows no lines: it is binary, very large, or its attributes say so.
    Opaque,
    /// It is in conflict, so there is nothing to commit.
    Unmerged,
}

/// Hands out what a patch says, in its order. No line may be longer than the bound that `git` was given for files.
pub fn read(
    source: impl BufRead,
    visit: &mut dyn FnMut(&Entry, Content<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut reader = Reader { source, line: Vec::new() };
    let mut entry: Option<Entry> = None;
    while reader.next()? {
        let line = reader.line();
        if let Some(names) = line.strip_prefix(b"diff --git ") {
            let path = twice(names).ok_or(Error::Patch("a name"))?;
            entry = Some(Entry { path, before: None, after: None });
        } else if let Some(path) = line.strip_prefix(b"* Unmerged path ") {
            let entry = Entry { path: unquoted(path).ok_or(Error::Patch("a name"))?, before: None, after: None };
            visit(&entry, Content::Unmerged)?;
        } else if let (Some(names), Some(entry)) = (line.strip_prefix(b"index "), &mut entry) {
            (entry.before, entry.after) = objects(names).ok_or(Error::Patch("the names of objects"))?;
        } else if let (true, Some(entry)) = (line.starts_with(b"Binary files "), &entry) {
            visit(entry, Content::Opaque)?;
        } else if let (Some(head), Some(entry)) = (line.strip_prefix(b"@@ "), &entry) {
            let counts = Counts::parse(head).ok_or(Error::Patch("the head of a hunk"))?;
            let hunk = reader.hunk(counts)?;
            let added = LineRanges::new(hunk.added);
            visit(entry, Content::Lines { bytes: &hunk.bytes, first_line: hunk.first_line, added: &added })?;
        }
    }
    Ok(())
}

struct Reader<R> {
    source: R,
    line: Vec<u8>,
}

struct Hunk {
    bytes: Vec<u8>,
    first_line: u32,
    added: Vec<RangeInclusive<u32>>,
}

impl<R: BufRead> Reader<R> {
    /// Reads the next line; says whether there was one.
    fn next(&mut self) -> Result<bool, Error> {
        self.line.clear();
        Ok(self.source.read_until(b'\n', &mut self.line).map_err(Error::Talk)? > 0)
    }

    /// The line without its break.
    fn line(&self) -> &[u8] {
        self.line.strip_suffix(b"\n").unwrap_or(&self.line)
    }

    fn hunk(&mut self, mut left: Counts) -> Result<Hunk, Error> {
        let mut hunk = Hunk { bytes: Vec::new(), first_line: left.first_line, added: Vec::new() };
        let mut line = left.first_line;
        while left.old > 0 || left.new > 0 {
            if !self.next()? {
                return Err(Error::Patch("it ends inside a hunk"));
            }
            // git ends every line, and says of those that have no end of their own that they have none
            if !self.line.ends_with(b"\n") {
                return Err(Error::Patch("it ends inside a line"));
            }
            let (sign, rest) = match self.line.split_first() {
                // an empty line of context, when git was told to leave its space out
                Some((b'\n', _)) | None => (&b' ', self.line.as_slice()),
                Some(parts) => parts,
            };
            let (is_old, is_new) = match sign {
                b' ' => (1, 1),
                b'+' => (0, 1),
                b'-' => (1, 0),
                // "\ No newline at end of file"
                b'\\' => continue,
                _ => return Err(Error::Patch("a line of a hunk")),
            };
            left.old = left.old.checked_sub(is_old).ok_or(Error::Patch("the length of a hunk"))?;
            left.new = left.new.checked_sub(is_new).ok_or(Error::Patch("the length of a hunk"))?;
            if is_new == 1 {
                hunk.bytes.extend_from_slice(rest);
                if is_old == 0 {
                    extend(&mut hunk.added, line);
                }
                line = line.saturating_add(1);
            }
        }
        Ok(hunk)
    }
}

fn extend(added: &mut Vec<RangeInclusive<u32>>, line: u32) {
    match added.last_mut() {
        Some(last) if *last.end() == line.wrapping_sub(1) => *last = *last.start()..=line,
        Some(_) | None => added.push(line..=line),
    }
}

/// What the head of a hunk says: how many lines of each side follow, and where the new side starts.
struct Counts {
    old: u32,
    new: u32,
    first_line: u32,
}

impl Counts {
    /// Reads `-1,2 +3,4 @@…`.
    fn parse(head: &[u8]) -> Option<Self> {
        let mut words = head.split(|byte| *byte == b' ');
        let (_, old) = side(words.next()?.strip_prefix(b"-")?)?;
        let (start, new) = side(words.next()?.strip_prefix(b"+")?)?;
        (words.next()? == b"@@").then_some(Self { old, new, first_line: start.max(1) })
    }
}

fn side(text: &[u8]) -> Option<(u32, u32)> {
    let text = std::str::from_utf8(text).ok()?;
    match text.split_once(',') {
        Some((start, count)) => Some((start.parse().ok()?, count.parse().ok()?)),
        None => Some((text.parse().ok()?, 1)),
    }
}

/// Reads `BEFORE..AFTER`, perhaps followed by a mode.
fn objects(text: &[u8]) -> Option<(Option<ObjectName>, Option<ObjectName>)> {
    let names = text.split(|byte| *byte == b' ').next()?;
    let dots = names.windows(2).position(|pair| pair == b"..")?;
    let some = |name: ObjectName| (!name.is_null()).then_some(name);
    Some((some(ObjectName::parse(&names[..dots])?), some(ObjectName::parse(&names[dots + 2..])?)))
}

/// Reads a name that stands there twice, with a space between.
fn twice(text: &[u8]) -> Option<Vec<u8>> {
    let half = text.len().checked_sub(1)? / 2;
    let (first, second) = (&text[..half], &text[half + 1..]);
    (first == second && text[half] == b' ').then(|| unquoted(first))?
}

/// Reads a name that git has put in quotes because of the signs in it, or not.
fn unquoted(text: &[u8]) -> Option<Vec<u8>> {
    let Some(inner) = text.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else {
        return Some(text.to_vec());
    };
    let (mut name, mut rest) = (Vec::with_capacity(inner.len()), inner);
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte != b'\\' {
            name.push(*byte);
            continue;
        }
        let (sign, after) = rest.split_first()?;
        rest = after;
        name.push(match sign {
            b'a' => 7,
            b'b' => 8,
            b't' => b'\t',
            b'n' => b'\n',
            b'v' => 11,
            b'f' => 12,
            b'r' => b'\r',
            b'"' | b'\\' => *sign,
            b'0'..=b'3' => {
                let (digits, after) = rest.split_at_checked(2)?;
                rest = after;
                let digit = |byte: u8| (b'0'..=b'7').contains(&byte).then(|| byte - b'0');
                (sign - b'0') << 6 | digit(digits[0])? << 3 | digit(digits[1])?
            }
            _ => return None,
        });
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATCH: &[u8] = b"diff --git \"a \\\"\\303\\244\\t\" \"a \\\"\\303\\244\\t\"\n\
        index 1111111111111111111111111111111111111111..2222222222222222222222222222222222222222 100644\n\
        --- \"a\"\n+++ \"b\"\n@@ -1,3 +1,4 @@ fn main\n one\r\n-++ gone\n+--- two\n+@@ three\n\n\\ No newline at end of file\n\
        diff --git gone gone\ndeleted file mode 100644\n\
        index 3333333333333333333333333333333333333333..0000000000000000000000000000000000000000\n\
        Binary files gone and /dev/null differ\n* Unmerged path x y\n";

    fn told(text: &[u8]) -> Result<Vec<String>, Error> {
        let mut told = Vec::new();
        read(text, &mut |entry, content| {
            let path = String::from_utf8_lossy(&entry.path).into_owned();
            told.push(match content {
                Content::Lines { bytes, first_line, added } => {
                    let added: Vec<_> = added.iter().cloned().collect();
                    format!("{path}: {first_line} {added:?} {:?}", String::from_utf8_lossy(bytes))
                }
                Content::Opaque => format!("{path}: {:?}", entry.after),
                Content::Unmerged => format!("{path}: unmerged"),
            });
            Ok(())
        })?;
        Ok(told)
    }

    #[test]
    fn a_patch_that_ends_inside_a_line_is_refused() {
        for end in ["", "+", "+tw", "+two"] {
            let patch = format!("diff --git a a\n--- a\n+++ a\n@@ -0,0 +1,2 @@\n+one\n{end}");
            assert!(matches!(told(patch.as_bytes()), Err(Error::Patch(_))), "{end}");
        }
    }

    #[test]
    fn the_new_side_is_read_and_the_added_lines_are_known() {
        let lines = r#"a "ä	: 1 [2..=3] "one\r\n--- two\n@@ three\n\n""#;
        assert_eq!(told(PATCH).unwrap(), [lines, "gone: None", "x y: unmerged"]);
    }

    #[test]
    fn a_patch_that_is_cut_anywhere_is_an_error_or_a_part() {
        let whole = told(PATCH).unwrap();
        for length in 0..PATCH.len() {
            if let Ok(part) = told(&PATCH[..length]) {
                assert!(part.len() <= whole.len(), "{length}");
            }
        }
        let inside = PATCH.windows(3).position(|window| window == b"one").unwrap();
        assert!(told(&PATCH[..inside]).is_err());
    }
}
