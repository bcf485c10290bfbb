//! A folder of its own with a vault in it.

use std::path::PathBuf;

use keybaton_connectors::build::{BuildVault, SettingsSource};
use keybaton_connectors::file::{FileVault, VaultSettings};
use keybaton_ports::{Called, Fence, Publication, Replaces, Seen, Vault};
use keybaton_seal::SecretValue;
use keybaton_types::{CredentialNo, Epoch, Installation, OpSeq, SecretId, VersionNo};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder of its own with a vault in it.
pub(crate) struct Rig {
    pub(crate) folder: TempDir,
    pub(crate) vault: FileVault,
    name: String,
}

impl Rig {
    /// A vault with these settings, for a secret of this name.
    pub(crate) fn new(settings: &Value, name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut read: VaultSettings = settings.read().unwrap();
        read.start_at(folder.path());
        read.check().unwrap();
        Self { vault: FileVault::new(&read, name).unwrap(), folder, name: name.to_owned() }
    }

    /// A dotenv vault in which `KEY` is the entry.
    pub(crate) fn dotenv(more: &Value) -> Self {
        let mut settings = json!({ "format": "dotenv" });
        settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Self::new(&settings, "app.env#KEY")
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join(self.name.split('#').next().unwrap())
    }

    pub(crate) fn write(&self, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(), content).unwrap();
        self.chmod(0o600);
    }

    pub(crate) fn chmod(&self, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(self.path(), std::fs::Permissions::from_mode(mode)).unwrap();
    }

    pub(crate) fn content(&self) -> String {
        std::fs::read_to_string(self.path()).unwrap()
    }

    /// The files of the folder, hidden ones too.
    pub(crate) fn files(&self) -> Vec<String> {
        let names = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub(crate) async fn publish(&self, value: &str) -> Called<()> {
        publish(&self.vault, value).await
    }

    /// What it serves, as text; none where there is nothing.
    pub(crate) async fn served(&self) -> Called<Option<String>> {
        match self.vault.served(&secret()).await? {
            Seen::Value(value) => Ok(Some(text(&value))),
            Seen::Nothing => Ok(None),
            Seen::Version(_) => panic!("a file carries no number"),
        }
    }

    /// Publishes over this content and returns what it became.
    pub(crate) async fn turns(&self, before: &str, value: &str) -> String {
        self.write(before);
        self.publish(value).await.unwrap_or_else(|fault| panic!("{before:?}: {fault}"));
        assert_eq!(self.served().await.unwrap().as_deref(), Some(value), "{before:?}");
        self.content()
    }

    /// Publishes over this content, asserts that nothing changed, and returns the words.
    pub(crate) async fn refuses(&self, before: impl AsRef<[u8]>, value: &str) -> String {
        self.write(&before);
        let fault = self.publish(value).await.err().unwrap_or_else(|| panic!("it was written:\n{}", self.content()));
        assert_eq!(fault.certainty, keybaton_ports::Certainty::NotSent, "{fault}");
        assert!(std::fs::read(self.path()).unwrap() == before.as_ref(), "the file was changed");
        assert_eq!(self.files().len(), 1, "something was left behind: {:?}", self.files());
        assert!(!fault.to_string().contains(value), "{fault}");
        fault.to_string()
    }
}

pub(crate) async fn publish(vault: &dyn Vault, value: &str) -> Called<()> {
    let (secret, rendering) = (secret(), SecretValue::from_text(value.to_owned()).unwrap());
    let fence = Fence { epoch: Epoch(1), seq: OpSeq(1) };
    let (version, credential) = (VersionNo(1), CredentialNo(1));
    let installation = &Installation("c0ffee".to_owned());
    let replaces = Replaces::Anything;
    vault
        .publish(Publication {
            secret: &secret,
            version,
            credential,
            rendering: &rendering,
            fence,
            installation,
            replaces,
        })
        .await
}

pub(crate) fn secret() -> SecretId {
    SecretId::new("payments", "prod").unwrap()
}

#[expect(clippy::disallowed_methods, reason = "the test compares a value of its own")]
pub(crate) fn text(value: &SecretValue) -> String {
    String::from_utf8(value.expose().to_vec()).unwrap()
}
