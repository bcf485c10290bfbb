//! An edition: one version of each secret, as one child gets them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keybaton_types::{SecretId, VersionNo};
use tokio::process::Command;

use super::slot::{Form, Slot};
use crate::file::{Access, Replaced, replace};
use crate::grip::{Feed, Grip, Unread};

/// One version of each secret. While it lives, keybaton counts all of them as in use.
pub(super) struct Edition(Vec<Page>);

struct Page {
    slot: Slot,
    grip: Arc<dyn Grip>,
}

/// The files of one child; erased when the child is gone.
pub(super) struct Files {
    folder: PathBuf,
}

impl Edition {
    /// Takes the newest of every secret; a secret that several slots name is taken once.
    pub(super) async fn newest(feed: &dyn Feed, slots: &[Slot]) -> Result<Self, Unread> {
        let mut pages: Vec<Page> = Vec::with_capacity(slots.len());
        for slot in slots {
            let known = pages.iter().find(|page| page.slot.secret == slot.secret).map(|page| Arc::clone(&page.grip));
            let grip = match known {
                Some(grip) => grip,
                None => feed.newest(&slot.secret).await?,
            };
            pages.push(Page { slot: slot.clone(), grip });
        }
        Ok(Self(pages))
    }

    pub(super) fn versions(&self) -> Vec<(SecretId, VersionNo)> {
        let mut versions: Vec<_> = self.0.iter().map(|page| (page.slot.secret.clone(), page.grip.version())).collect();
        versions.sort();
        versions.dedup();
        versions
    }

    /// Says that the child has it and is ready, and that its predecessor is gone.
    pub(super) fn delivered(&self) {
        for page in &self.0 {
            page.grip.delivered();
        }
    }

    /// Writes what is to be a file into `files`; what stands there already and is the same is left alone.
    pub(super) fn write(&self, files: &Files) -> std::io::Result<()> {
        for page in self.0.iter().filter(|page| page.slot.form == Form::File) {
            let path = files.of(&page.slot);
            let _: Replaced = replace(&path, content(page.grip.as_ref()), Access::PRIVATE)?;
        }
        Ok(())
    }

    /// Puts what is to be in the environment there, and says where the files are.
    pub(super) fn equip(&self, command: &mut Command, files: &Files) -> Result<(), String> {
        for page in &self.0 {
            match page.slot.form {
                Form::File => command.env(page.slot.variable.of_file(), files.of(&page.slot)),
                Form::Environment => command.env(page.slot.variable.name(), text(page)?),
            };
        }
        Ok(())
    }
}

impl Files {
    /// A folder for one child, below the private one.
    pub(super) fn make(private: &Path, number: u64) -> std::io::Result<Self> {
        let folder = private.join(number.to_string());
        fs::create_dir(&folder)?;
        Ok(Self { folder })
    }

    fn of(&self, slot: &Slot) -> PathBuf {
        self.folder.join(slot.variable.name())
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            tracing::error!(%error, folder = %self.folder.display(), "the files of a child could not be erased");
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the child reads the value from its file")]
fn content(grip: &dyn Grip) -> &[u8] {
    grip.value().expose()
}

#[expect(clippy::disallowed_methods, reason = "the child asked for the value in its environment")]
fn text(page: &Page) -> Result<&std::ffi::OsStr, String> {
    use std::os::unix::ffi::OsStrExt as _;
    let bytes = page.grip.value().expose();
    if bytes.contains(&0) {
        return Err(format!("the value of {} has a byte in it that no environment takes", page.slot.secret));
    }
    Ok(std::ffi::OsStr::from_bytes(bytes))
}
