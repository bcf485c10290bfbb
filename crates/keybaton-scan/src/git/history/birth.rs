//! Who brought something in, and when: the head of a commit.

use std::{collections::HashMap, io::Read as _, sync::Arc};

use crate::git::{Error, ObjectName, blobs::Blobs};

/// How much of a commit is read: its head, with room for signatures.
const LIMIT: u64 = 64 << 10;

/// The commit that brought something in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Birth {
    /// Its name.
    pub commit: ObjectName,
    /// Who wrote it, with the address; as far as it is UTF-8.
    pub author: String,
    /// When it was made by its author, in seconds since 1970; what the commit says, and it may lie.
    pub seconds: i64,
    /// When it was committed, in seconds since 1970; what the commit says.
    pub committed: i64,
}

/// Commits that were looked up.
#[derive(Default)]
pub(super) struct Births(HashMap<ObjectName, Arc<Birth>>);

impl Births {
    /// What a commit says.
    pub(super) fn of(&mut self, commit: &ObjectName, blobs: &mut Blobs<'_>) -> Result<Arc<Birth>, Error> {
        if let Some(birth) = self.0.get(commit) {
            return Ok(Arc::clone(birth));
        }
        let head = blobs.read(commit, |_, bytes| {
            let mut head = Vec::new();
            std::io::Read::take(bytes, LIMIT).read_to_end(&mut head)?;
            Ok(head)
        })?;
        let (author, seconds) = person(&head, b"author ");
        let (_, committed) = person(&head, b"committer ");
        let birth = Arc::new(Birth { commit: commit.clone(), author, seconds, committed });
        self.0.insert(commit.clone(), Arc::clone(&birth));
        Ok(birth)
    }
}

/// Reads `author NAME <ADDRESS> SECONDS ZONE`, where `role` is the word at its start.
fn person(head: &[u8], role: &[u8]) -> (String, i64) {
    let line = head.split(|byte| *byte == b'\n').find_map(|line| line.strip_prefix(role));
    let line = String::from_utf8_lossy(line.unwrap_or_default()).into_owned();
    match line.rsplit_once("> ") {
        Some((name, time)) => {
            (format!("{name}>"), time.split(' ').next().and_then(|time| time.parse().ok()).unwrap_or_default())
        }
        None => (line, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::person;

    #[test]
    fn an_author_is_read_whatever_the_name_is() {
        let head = b"tree 1\nparent 2\nauthor A > B <a@b.example> 1700000000 +0100\ncommitter C <c@d> 1 +0000\n";
        let author = |head: &[u8]| person(head, b"author ");
        assert_eq!(author(head), ("A > B <a@b.example>".to_owned(), 1_700_000_000));
        assert_eq!(author(b"author nobody\n"), ("nobody".to_owned(), 0));
        assert_eq!(author(b""), (String::new(), 0));
        assert_eq!(person(head, b"committer ").1, 1);
    }
}
