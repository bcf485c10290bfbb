//! The master key: 32 random bytes, from which everything else is derived.

mod file;
mod text;

use keybaton_types::Installation;

use crate::key::Key;
use crate::{Error, KeyId, SecretValue};

/// Separates our derivations from anybody else's of the same key.
const SALT: &[u8] = b"keybaton master key 1";

/// The master key: 32 random bytes that seal nothing themselves; wiped when dropped.
pub struct MasterKey(Key);

impl MasterKey {
    /// Draws a new master key.
    pub fn generate() -> Result<Self, Error> {
        Key::random().map(Self)
    }

    /// Reads the text of a master key from an environment variable or a systemd credential; white space around it is
    /// ignored.
    #[expect(clippy::disallowed_methods, reason = "the text of a master key becomes the master key")]
    pub fn from_text(text: &SecretValue) -> Result<Self, Error> {
        let malformed = |why| Error::MasterKeyMalformed { whence: "the text given".to_owned(), why };
        text::parse(text.expose()).map(Self).map_err(malformed)
    }

    /// The public id of this key.
    pub fn id(&self) -> Result<KeyId, Error> {
        let mut id = [0; KeyId::LENGTH];
        self.0.expand(SALT, &[b"id"], &mut id)?;
        Ok(KeyId(id))
    }

    /// Refuses to go on when the database was made with another master key.
    pub fn check(&self, database: KeyId) -> Result<(), Error> {
        let this = self.id()?;
        if this == database { Ok(()) } else { Err(Error::WrongMasterKey { database, this }) }
    }

    /// The key for one purpose in one installation.
    pub(crate) fn derive(&self, purpose: &str, installation: &Installation) -> Result<Key, Error> {
        self.0.derive(SALT, &[purpose.as_bytes(), b" of ", installation.0.as_bytes()])
    }
}
