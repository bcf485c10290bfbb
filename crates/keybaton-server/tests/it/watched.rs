//! A vault whose calls are counted says of itself what it said before: the engine decides by it.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use keybaton_core::sheet::Fencing;
use keybaton_engine::Charge;
use keybaton_ports::{Archive, Called, Home, Knows, Publication, Seen, Slot, Tidying, Vault, VaultTraits};
use keybaton_seal::SecretValue;
use keybaton_types::{SecretId, VersionNo};

use crate::house::{House, secret};

/// A vault that differs from what a trait says by itself, wherever it can.
struct Odd;

const ODD: VaultTraits = VaultTraits { timeout: Duration::from_secs(7), quiescence: Duration::from_secs(9) };

#[async_trait]
impl Vault for Odd {
    fn fencing(&self) -> Fencing {
        Fencing::Fenced
    }

    fn home(&self) -> Home {
        Home::Ledger
    }

    fn traits(&self) -> VaultTraits {
        ODD
    }

    async fn publish(&self, _: Publication<'_>) -> Called<()> {
        Ok(())
    }

    async fn served(&self, _: &SecretId) -> Called<Seen> {
        Ok(Seen::Version(VersionNo(7)))
    }

    fn archive(&self) -> Option<&dyn Archive> {
        Some(self)
    }

    fn tidying(&self) -> Option<&dyn Tidying> {
        Some(self)
    }
}

#[async_trait]
impl Archive for Odd {
    async fn version(&self, _: Slot<'_>, _: VersionNo) -> Called<Option<SecretValue>> {
        Ok(None)
    }

    async fn versions(&self, _: Slot<'_>) -> Called<Vec<VersionNo>> {
        Ok(vec![VersionNo(7)])
    }
}

#[async_trait]
impl Tidying for Odd {
    async fn tidy(&self, _: Slot<'_>, _: Knows<'_>) -> Called<usize> {
        Ok(7)
    }
}

#[tokio::test]
async fn a_watched_vault_is_the_same_vault() {
    let house = House::new().await;
    let charge = Charge::clone(&house.charges.get(&secret("payments/prod")).unwrap());
    let watched = house.metrics.watch(Charge { vault: Arc::new(Odd), ..charge }).vault;
    assert_eq!((watched.fencing(), watched.home(), watched.traits()), (Fencing::Fenced, Home::Ledger, ODD));
    assert!(watched.archive().is_some() && watched.tidying().is_some());
    let served = watched.served(&secret("payments/prod")).await.unwrap();
    assert!(matches!(served, Seen::Version(VersionNo(7))));
}
