//! What a fake keybaton serves of one secret.

/// What is served of one secret.
#[derive(Clone, Debug)]
pub struct Served {
    /// Its version.
    pub version: u64,
    /// Its value.
    pub value: String,
    /// Its fingerprint.
    pub fingerprint: String,
    /// Seconds for which it may be used without asking.
    pub ttl: u64,
    /// Seconds more for which it may be used while nobody answers.
    pub max_stale: u64,
    /// Versions that are about to be revoked.
    pub retiring: Vec<u64>,
    /// Versions that nobody may use again.
    pub condemned: Vec<u64>,
}

impl Served {
    /// A version with a value and a fingerprint of its own, for ten minutes and an hour.
    pub fn version(version: u64) -> Self {
        Self {
            version,
            value: format!("v4lue-{version}-5c0ffee"),
            fingerprint: format!("fp-{version}"),
            ttl: 600,
            max_stale: 3600,
            retiring: Vec::new(),
            condemned: Vec::new(),
        }
    }

    /// The same with another value.
    #[must_use]
    pub fn value(self, value: &str) -> Self {
        Self { value: value.to_owned(), ..self }
    }

    /// The same for so many seconds, and so many more while nobody answers.
    #[must_use]
    pub fn term(self, ttl: u64, max_stale: u64) -> Self {
        Self { ttl, max_stale, ..self }
    }

    /// The same, with versions that are about to be revoked.
    #[must_use]
    pub fn retiring(self, versions: &[u64]) -> Self {
        Self { retiring: versions.to_vec(), ..self }
    }

    /// The same, with versions that are condemned.
    #[must_use]
    pub fn condemning(self, versions: &[u64]) -> Self {
        Self { condemned: versions.to_vec(), ..self }
    }

    /// Changes with everything that a holder has to know.
    pub(super) fn tag(&self) -> String {
        format!("\"{}-{:?}-{:?}\"", self.version, self.retiring, self.condemned)
    }
}
