//! What is told about a hit: where it is, what it is, and a keyed fingerprint; never the value.

use keybaton_seal::{Fingerprinter, SecretValue};
use keybaton_types::document;

use crate::{Hit, Text, mask};

/// A finding, as `keybaton/scan/v1` prints it.
pub type Finding = document::ScanFinding;

/// Makes findings of hits, with fingerprints under one key.
///
/// The fingerprint of a value is the same wherever the value stands, so a baseline survives moved lines and files.
pub struct FindingKey(Fingerprinter);

impl FindingKey {
    /// Fingerprints under the key of an installation: comparable with those of its managed keys.
    pub fn new(fingerprinter: Fingerprinter) -> Self {
        Self(fingerprinter)
    }

    /// The finding of a hit. `commit` is left open for whoever knows it.
    pub fn finding(&self, hit: &Hit<'_>, text: &Text<'_>) -> Result<Finding, keybaton_seal::Error> {
        let value = &text.bytes[hit.range()];
        let kept = &value[..value.len().min(SecretValue::LIMIT)];
        Ok(Finding {
            rule: hit.rule.id.clone().into_owned(),
            service: hit.rule.service.clone().into_owned(),
            path: text.path.map(|path| String::from_utf8_lossy(path).into_owned()),
            line: hit.line,
            column: hit.column,
            commit: None,
            masked: mask(value, hit.rule.shown),
            fingerprint: self.0.of(&SecretValue::new(kept.to_vec())?)?.0,
            managed: hit.managed.cloned(),
            verified: None,
        })
    }
}
