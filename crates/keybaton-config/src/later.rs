//! What later versions will read. It is refused by name, never ignored.

/// Types of issuers that later versions know.
const ISSUERS: [&str; 1] = ["mysql"];

/// Types of vaults that later versions know.
const VAULTS: [&str; 1] = ["gcp-secret-manager"];

/// Whose words a text is checked against, and therefore whether it may be repeated in an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// A key of this crate: its values are durations, names and words.
    Own,
    /// A table of a connector: any text may be a credential in the wrong place.
    Foreign,
}

pub(crate) fn is_issuer(word: &str) -> bool {
    ISSUERS.contains(&word)
}

pub(crate) fn is_vault(word: &str) -> bool {
    VAULTS.contains(&word)
}
