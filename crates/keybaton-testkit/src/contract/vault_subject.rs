//! A vault under test, with what the suite needs around it.

use std::any::Any;
use std::sync::Arc;

use keybaton_ports::{Called, Fence, Publication, Replaces, Seen, Vault};
use keybaton_seal::SecretValue;
use keybaton_types::{CredentialNo, Epoch, Installation, OpSeq, SecretId, VersionNo};

/// What a consumer reads; none where nothing is there.
type Consumer = Box<dyn Fn() -> Option<Vec<u8>> + Send + Sync>;

/// Writes a value as somebody else would.
type Stranger = Box<dyn Fn(&str) + Send + Sync>;

/// A vault under test, with what the suite needs around it. A fresh one is made for every clause.
pub struct VaultSubject {
    /// The vault, with nothing published for [`VaultSubject::secret`].
    pub vault: Arc<dyn Vault>,
    /// The same place, as another process of keybaton would have it.
    pub again: Arc<dyn Vault>,
    /// What a consumer reads there; none where only keybaton can read it.
    pub consumer: Option<Consumer>,
    /// Somebody else writes this value there; none where nobody else can.
    pub stranger: Option<Stranger>,
    /// The same vault where nothing can be reached; none where there is no such thing.
    pub unreachable: Option<Arc<dyn Vault>>,
    /// What has to live as long as the vault.
    pub keep: Box<dyn Any + Send + Sync>,
}

/// What the suite publishes.
#[derive(Clone, Copy)]
pub(super) struct Written {
    pub(super) version: u64,
    pub(super) seq: u64,
    pub(super) value: &'static str,
}

impl VaultSubject {
    /// The secret of the suite.
    pub fn secret() -> SecretId {
        SecretId::new("contract", "test").expect("a name")
    }

    /// The installation of the suite.
    pub fn installation() -> Installation {
        Installation("c0ffee".to_owned())
    }

    /// Writes over whatever is there.
    pub(super) async fn put(vault: &dyn Vault, written: Written) -> Called<()> {
        Self::write(vault, written, Replaces::Anything).await
    }

    /// Writes over values of the suite only.
    pub(super) async fn follow(vault: &dyn Vault, written: Written) -> Called<()> {
        Self::write(vault, written, Replaces::Ours(&|value| value.expose().starts_with(b"value-"))).await
    }

    async fn write(vault: &dyn Vault, written: Written, replaces: Replaces<'_>) -> Called<()> {
        let (secret, installation) = (Self::secret(), Self::installation());
        let rendering = SecretValue::from_text(written.value.to_owned()).expect("a value");
        let publication = Publication {
            secret: &secret,
            version: VersionNo(written.version),
            credential: CredentialNo(written.version),
            rendering: &rendering,
            fence: Fence { epoch: Epoch(1), seq: OpSeq(written.seq) },
            installation: &installation,
            replaces,
        };
        vault.publish(publication).await
    }

    pub(super) async fn publish(&self, written: Written) {
        Self::put(&*self.vault, written).await.unwrap_or_else(|fault| panic!("publish: {fault}"));
    }

    pub(super) async fn served(vault: &dyn Vault) -> Seen {
        vault.served(&Self::secret()).await.unwrap_or_else(|fault| panic!("served: {fault}"))
    }

    /// Asserts that the vault serves what was written: by its number, or by the value itself.
    pub(super) async fn serves(&self, written: Written, clause: &str) {
        for vault in [&self.vault, &self.again] {
            match Self::served(&**vault).await {
                Seen::Version(version) => assert_eq!(version.0, written.version, "{clause}"),
                Seen::Value(value) => assert!(value.expose() == written.value.as_bytes(), "{clause}"),
                Seen::Nothing => panic!("{clause}: nothing is there"),
            }
        }
        if let Some(consumer) = &self.consumer {
            assert!(
                consumer().as_deref() == Some(written.value.as_bytes()),
                "{clause}: a consumer reads something else"
            );
        }
    }
}
