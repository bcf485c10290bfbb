//! A secret of the far service that is published into a key vault, by an identity that may do what the how-to says.

use keybaton_testkit::server::{KeyVault, TENANT};

use crate::stage::{Bench, OLD_VALUE, Service};

/// A rotation of a few seconds.
pub(super) const SHORT: &str =
    "watch = { for = \"1s\", every = \"500ms\" }\noverlap = { min = \"1s\", max = \"1h\", until = \"time\" }";

/// The secret by which keybaton logs in.
pub(super) const OWN: &str = "own~secret~4471";

/// The name of the secret in the vault: the article's.
pub(super) const NAME: &str = "external-api-key";

/// A key vault, and the secret that is published there.
pub(super) struct Rig {
    pub(super) server: KeyVault,
    pub(super) bench: Bench,
}

impl Rig {
    /// A secret with these terms beside its vault's, not adopted; the vault has this value.
    pub(super) async fn new(terms: &str, value: &str) -> Self {
        let login = format!(
            "tenant_id = \"{TENANT}\", client_id = \"{}\", client_secret = {{ file = \"azure.secret\" }}",
            KeyVault::APPLICATION
        );
        let rig = Self::by(terms, value, &login).await;
        rig.bench.keybaton.write("azure.secret", OWN);
        rig.bench.run("init").await.exits(0);
        rig
    }

    /// The same with another login, and not initialised.
    pub(super) async fn by(terms: &str, value: &str, login: &str) -> Self {
        let server = KeyVault::start(OWN);
        assert!(server.put(NAME, value));
        let terms = format!(
            "vault = \"kv\"\nname = \"{NAME}\"\n{terms}\n[vault.kv]\ntype = \"azure-key-vault\"\nurl = \"{0}\"\n\
             login = {{ authority = \"{0}\", {login} }}\nca_file = \"{1}\"\ntimeout = \"2s\"",
            server.url(),
            server.authority().display(),
        );
        Self { bench: Bench::described(Service::start().await, &terms), server }
    }

    /// The first, adopted.
    pub(super) async fn adopted(terms: &str) -> Self {
        let rig = Self::new(terms, OLD_VALUE).await;
        rig.bench.adopt().await.exits(0);
        rig
    }

    /// Asserts that the vault and the ledger agree, and that one key lives.
    pub(super) async fn assert_whole(&self) {
        self.bench.assert_whole().await;
        assert_eq!(self.server.get(NAME), Some(self.bench.value().await), "the vault and the ledger differ");
    }

    /// Which versions can be read, the oldest first.
    pub(super) fn enabled(&self) -> Vec<bool> {
        self.server.versions(NAME).iter().map(|version| version.enabled).collect()
    }
}
