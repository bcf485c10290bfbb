//! The embedded vault of the in-memory store.

use async_trait::async_trait;
use keybaton_core::sheet::Fencing;
use keybaton_ports::{Called, Home, Publication, Seen, Vault};
use keybaton_types::SecretId;

use super::Memory;
use crate::vault::{late, not_enrolled};

/// The embedded vault of a [`Memory`]: which version consumers get, behind a fence.
#[derive(Clone)]
pub struct MemoryVault(Memory);

impl MemoryVault {
    pub(super) fn new(memory: Memory) -> Self {
        Self(memory)
    }
}

#[async_trait]
impl Vault for MemoryVault {
    fn fencing(&self) -> Fencing {
        Fencing::Fenced
    }

    fn home(&self) -> Home {
        Home::Ledger
    }

    async fn publish(&self, publication: Publication<'_>) -> Called<()> {
        let (fence, version) = (publication.fence, publication.version);
        let written = self.0.write(publication.secret, |book| {
            let late = book.served.is_some_and(|(known, _)| known > fence);
            if !late {
                book.served = Some((fence, version));
            }
            !late
        });
        match written {
            Ok(true) => Ok(()),
            Ok(false) => Err(late()),
            Err(_) => Err(not_enrolled(publication.secret)),
        }
    }

    async fn served(&self, secret: &SecretId) -> Called<Seen> {
        let served = self.0.shelves().books.get(secret).map(|book| book.served);
        match served {
            Some(Some((_, version))) => Ok(Seen::Version(version)),
            Some(None) => Ok(Seen::Nothing),
            None => Err(not_enrolled(secret)),
        }
    }
}
