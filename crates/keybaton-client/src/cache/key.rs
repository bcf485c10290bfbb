//! The key that seals a disk cache.

use std::path::{Path, PathBuf};

use keybaton_seal::{Error as SealError, Keyring, MasterKey, SecretValue};
use keybaton_types::Installation;

use crate::Error;

/// Where the key of a disk cache comes from. Its text is that of a master key, but it is another one: it seals this
/// cache and nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CacheKey {
    /// The file `cache.key` in the folder of the cache, made when there is none. It keeps a copied backup of the files
    /// shut, not a thief of the whole folder.
    #[default]
    Beside,
    /// A file that only its owner may read; it is not made.
    File(PathBuf),
    /// A systemd credential of this name (`LoadCredentialEncrypted=`).
    Credential(String),
}

impl CacheKey {
    pub(super) fn keyring(&self, folder: &Path) -> Result<Keyring, Error> {
        let key = match self {
            Self::Beside => beside(&folder.join("cache.key")).map_err(Error::CacheKey)?,
            Self::File(path) => MasterKey::load(path).map_err(Error::CacheKey)?,
            Self::Credential(name) => credential(name)?,
        };
        Keyring::new(&key, &Installation("client".to_owned())).map_err(Error::CacheKey)
    }
}

fn beside(path: &Path) -> Result<MasterKey, SealError> {
    match MasterKey::load(path) {
        Err(SealError::MasterKeyMissing { .. }) => MasterKey::create(path),
        loaded => loaded,
    }
}

fn credential(name: &str) -> Result<MasterKey, Error> {
    let unknown = || Error::CacheCredential(name.to_owned());
    let plain = !name.is_empty() && !name.contains('/') && !name.starts_with('.');
    let folder = std::env::var_os("CREDENTIALS_DIRECTORY").filter(|_| plain).ok_or_else(unknown)?;
    let path = Path::new(&folder).join(name);
    let file = std::fs::File::open(&path).map_err(|_| unknown())?;
    let text = SecretValue::read_from(file).map_err(Error::CacheKey)?;
    MasterKey::from_text(&text).map_err(Error::CacheKey)
}
