//! What the tests of vaults publish beside the contract suite, and whether it is served.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use keybaton_ports::{Called, Fence, Publication, Replaces, Seen, Vault};
use keybaton_seal::SecretValue;
use keybaton_types::{CredentialNo, Epoch, Installation, OpSeq, SecretId, VersionNo};

use crate::bench::text;

/// Publishes over whatever is there.
pub(crate) async fn publish(vault: &dyn Vault, number: u64, value: &str) -> Called<()> {
    write(vault, number, value, Replaces::Anything).await
}

/// Publishes over values of these tests alone, which begin with `value-`.
pub(crate) async fn follow(vault: &dyn Vault, number: u64, value: &str) -> Called<()> {
    #[expect(clippy::disallowed_methods, reason = "a test's own value")]
    let ours = |value: &SecretValue| value.expose().starts_with(b"value-");
    write(vault, number, value, Replaces::Ours(&ours)).await
}

/// Publishes over what may be replaced.
pub(crate) async fn write(vault: &dyn Vault, number: u64, value: &str, replaces: Replaces<'_>) -> Called<()> {
    let (secret, installation, rendering) = (secret(), installation(), text(value));
    let publication = Publication {
        secret: &secret,
        version: VersionNo(number),
        credential: CredentialNo(number),
        rendering: &rendering,
        fence: Fence { epoch: Epoch(1), seq: OpSeq(number) },
        installation: &installation,
        replaces,
    };
    vault.publish(publication).await
}

/// Whether this is what is served.
pub(crate) async fn serves(vault: &dyn Vault, value: &str) -> bool {
    match vault.served(&secret()).await.unwrap() {
        Seen::Value(seen) => seen.is(value.as_bytes()),
        Seen::Version(_) | Seen::Nothing => false,
    }
}

/// Whose versions they are.
pub(crate) fn secret() -> SecretId {
    "contract/test".parse().unwrap()
}

/// By whom they are published.
pub(crate) fn installation() -> Installation {
    Installation("c0ffee".to_owned())
}
