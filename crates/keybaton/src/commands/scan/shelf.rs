//! Where it is kept what a scan of a history has read: in the user's own cache, by the XDG Base Directory Specification.

use std::{
    env,
    ffi::OsString,
    fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use keybaton_scan::git::Shelf;

/// The shelf of this user. None without a home, or where others may write: what is there says what need not be read.
pub(super) fn of_user() -> Option<Shelf> {
    let folder = folder(|name| env::var_os(name))?;
    is_own(&folder).then(|| Shelf::new(folder))
}

fn folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let absolute = |name| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))?;
    Some(cache.join("keybaton/history"))
}

/// What anybody but the owner may write, among the bits of a mode.
const OTHERS: u32 = 0o022;

/// Whether the folder, or the nearest one above it that is there, is this user's alone to write to.
fn is_own(folder: &Path) -> bool {
    let facts = folder.ancestors().find_map(|folder| fs::metadata(folder).ok());
    facts.is_some_and(|facts| facts.uid() == rustix::process::geteuid().as_raw() && facts.mode() & OTHERS == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_is_where_the_user_has_it() {
        let with = |pairs: &'static [(&str, &str)]| {
            folder(move |name| pairs.iter().find(|(own, _)| *own == name).map(|(_, value)| OsString::from(value)))
        };
        assert_eq!(with(&[("HOME", "/h")]), Some("/h/.cache/keybaton/history".into()));
        assert_eq!(with(&[("HOME", "/h"), ("XDG_CACHE_HOME", "/c")]), Some("/c/keybaton/history".into()));
        assert_eq!(with(&[("HOME", "/h"), ("XDG_CACHE_HOME", "c")]), Some("/h/.cache/keybaton/history".into()));
        assert_eq!(with(&[]), None);
    }
}
