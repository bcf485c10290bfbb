//! The embedded vault, on both stores.

use keybaton_core::sheet::Fencing;
use keybaton_ports::{Blame, Certainty, Fence, Home, Publication, Replaces, Seen, Vault};
use keybaton_seal::SecretValue;
use keybaton_testkit::contract::{VaultSubject, vault_contract};
use keybaton_types::{CredentialNo, Epoch, Installation, OpSeq, SecretId, VersionNo};

use crate::house::{House, secret};

async fn publish(vault: &dyn Vault, secret: &SecretId, version: u64, fence: (u64, u64)) -> Result<(), Certainty> {
    let rendering = SecretValue::from_text("s3cr3t-value".to_owned()).unwrap();
    let publication = Publication {
        secret,
        version: VersionNo(version),
        credential: CredentialNo(1),
        rendering: &rendering,
        fence: Fence { epoch: Epoch(fence.0), seq: OpSeq(fence.1) },
        installation: &Installation("c0ffee".to_owned()),
        replaces: Replaces::Anything,
    };
    vault.publish(publication).await.map_err(|fault| fault.certainty)
}

async fn served(vault: &dyn Vault, secret: &SecretId) -> Option<u64> {
    match vault.served(secret).await.unwrap() {
        Seen::Version(no) => Some(no.0),
        Seen::Nothing => None,
        Seen::Value(_) => panic!("it knows its own numbers"),
    }
}

async fn a_late_write_bounces(house: House) {
    let (vault, a) = (&*house.vault, secret("a/prod"));
    assert_eq!((vault.fencing(), vault.home()), (Fencing::Fenced, Home::Ledger));
    assert_eq!(publish(vault, &a, 1, (1, 1)).await, Err(Certainty::Refused), "not enrolled");
    assert_eq!(vault.served(&a).await.map(|_| ()).unwrap_err().blame, Blame::NotFound);
    house.store.enroll(&a).await.unwrap();
    assert_eq!(served(vault, &a).await, None);
    for (version, fence, expected, serves) in [
        (1, (1, 1), Ok(()), 1),
        (2, (1, 5), Ok(()), 2),
        (2, (1, 5), Ok(()), 2),
        (1, (1, 4), Err(Certainty::Refused), 2),
        (3, (2, 1), Ok(()), 3),
        (2, (1, 9), Err(Certainty::Refused), 3),
    ] {
        assert_eq!(publish(vault, &a, version, fence).await, expected, "{fence:?}");
        assert_eq!(served(vault, &a).await, Some(serves));
    }
}

#[tokio::test]
async fn a_late_write_bounces_in_memory() {
    a_late_write_bounces(House::memory()).await;
}

#[tokio::test]
async fn a_late_write_bounces_in_the_database() {
    a_late_write_bounces(House::sqlite().await).await;
}

async fn subject(house: House) -> VaultSubject {
    house.store.enroll(&VaultSubject::secret()).await.unwrap();
    VaultSubject {
        vault: house.vault.clone(),
        again: house.vault.clone(),
        consumer: None,
        stranger: None,
        unreachable: None,
        keep: Box::new(house),
    }
}

#[tokio::test]
async fn the_embedded_vault_keeps_the_contract_in_memory() {
    vault_contract(async || subject(House::memory()).await).await;
}

#[tokio::test]
async fn the_embedded_vault_keeps_the_contract_in_the_database() {
    vault_contract(async || subject(House::sqlite().await).await).await;
}
