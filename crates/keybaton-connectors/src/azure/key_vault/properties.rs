//! What is said of a version beside its value.

use std::collections::HashMap;

use azure_core::time::OffsetDateTime;
use azure_security_keyvault_secrets::models::{Secret, SecretProperties};
use keybaton_ports::Slot;
use keybaton_seal::SecretValue;

use super::note::Note;

/// What is said of a version.
pub(super) struct Properties {
    /// The version's own id, which nobody but us ever asks by.
    pub(super) version: String,
    pub(super) enabled: bool,
    /// When it was made, in seconds: no finer, so that it orders nothing that matters.
    pub(super) created: i64,
    pub(super) tags: HashMap<String, String>,
}

/// The version that consumers read.
pub(super) struct Latest {
    pub(super) version: String,
    pub(super) tags: HashMap<String, String>,
    pub(super) content_type: Option<String>,
    /// None where it is empty.
    pub(super) value: Option<SecretValue>,
}

impl Properties {
    /// Reads an entry of a list; none where it names no version.
    pub(super) fn of(entry: SecretProperties) -> Option<Self> {
        let attributes = entry.attributes.unwrap_or_default();
        Some(Self {
            version: version(entry.id.as_deref()?)?,
            enabled: attributes.enabled.unwrap_or(true),
            created: attributes.created.map_or(0, OffsetDateTime::unix_timestamp),
            tags: entry.tags.unwrap_or_default(),
        })
    }

    /// What we say of it, where it is ours.
    pub(super) fn note(&self, of: Slot<'_>) -> Option<Note> {
        Note::read(&self.tags, of)
    }
}

impl Latest {
    /// Reads the answer; none where it names no version or its value is no secret's.
    pub(super) fn of(secret: Secret) -> Option<Self> {
        let value = secret.value.filter(|value| !value.is_empty()).map(SecretValue::from_text).transpose().ok()?;
        Some(Self {
            version: version(secret.id.as_deref()?)?,
            tags: secret.tags.unwrap_or_default(),
            content_type: secret.content_type,
            value,
        })
    }
}

/// Those that are not ours.
pub(super) fn others<'a>(versions: &'a [Properties], of: Slot<'a>) -> impl Iterator<Item = &'a Properties> + Clone {
    versions.iter().filter(move |version| version.note(of).is_none())
}

/// The last part of `https://my-vault.vault.azure.net/secrets/NAME/VERSION`.
fn version(id: &str) -> Option<String> {
    let (_, path) = id.split_once("/secrets/")?;
    let (_, version) = path.trim_end_matches('/').split_once('/')?;
    let is_plain = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_plain.then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_names_a_version_or_nothing() {
        assert_eq!(version("https://a.vault.azure.net/secrets/pay/0a1B2c").as_deref(), Some("0a1B2c"));
        for id in
            ["https://a/secrets/pay", "https://a/secrets/pay/", "https://a/secrets/pay/../x", "x", "https://a/keys/b/c"]
        {
            assert_eq!(version(id), None, "{id}");
        }
    }
}
