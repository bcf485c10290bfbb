//! A secret of the far service that is published into a Secret, with the token of a pod.

use keybaton_testkit::fake::Cluster;

use crate::stage::{Bench, OLD_VALUE, Service};

/// A rotation of a few seconds.
pub(super) const SHORT: &str =
    "watch = { for = \"1s\", every = \"500ms\" }\noverlap = { min = \"1s\", max = \"1h\", until = \"time\" }";

/// The name of the Secret.
pub(super) const NAME: &str = "payments";

/// A place in a cluster, and the secret that is published there.
pub(super) struct Rig {
    pub(super) cluster: Cluster,
    pub(super) bench: Bench,
}

impl Rig {
    /// A secret with these terms beside its vault's, adopted; the Secret has this value and another field, by a person.
    pub(super) async fn adopted(terms: &str, more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = folder.path().join("ca.crt");
        let cluster = Cluster::with_tls("first", &authority).await;
        cluster.write(NAME, &[("value", OLD_VALUE), ("user", "shop")]);
        let terms = format!(
            "vault = \"cluster\"\nname = \"{NAME}\"\n{terms}\n[vault.cluster]\ntype = \"kubernetes\"\nurl = \"{}\"\n\
             namespace = \"shop\"\ntoken_file = \"pod.token\"\nca_file = \"ca.crt\"\ntimeout = \"3s\"\n{more}",
            cluster.url()
        );
        let bench = Bench::described(Service::start().await, &terms);
        bench.keybaton.write("ca.crt", &std::fs::read_to_string(&authority).unwrap());
        bench.keybaton.write("pod.token", "first");
        bench.run("init").await.exits(0);
        bench.adopt().await.exits(0).hides(OLD_VALUE);
        Self { cluster, bench }
    }

    /// The same, where the fields of the person may be taken over.
    pub(super) async fn taking(terms: &str) -> Self {
        Self::adopted(terms, "fields_of_others = \"take\"").await
    }

    /// What a consumer reads.
    pub(super) fn read(&self) -> Option<String> {
        self.field("value")
    }

    /// What a field holds.
    pub(super) fn field(&self, name: &str) -> Option<String> {
        self.cluster.value(NAME, name).map(|value| String::from_utf8(value).unwrap())
    }

    /// Asserts that the vault and the ledger agree, that one key lives, and that the other field is still there.
    pub(super) async fn assert_whole(&self) {
        self.bench.assert_whole().await;
        assert_eq!(self.read(), Some(self.bench.value().await), "the vault and the ledger differ");
        assert_eq!(self.field("user").as_deref(), Some("shop"), "somebody's field was lost");
    }
}
