//! The client library as a feed: every version that is handed on is lent by it.

use std::sync::Arc;

use async_trait::async_trait;
use keybaton_client::{Client, Lent};
use keybaton_seal::SecretValue;
use keybaton_types::{SecretId, VersionNo};

use crate::grip::{Feed, Grip, Unread};

/// The client library as a feed.
#[derive(Clone, Debug)]
pub struct Source(Client);

impl Source {
    /// A feed of what this client reads.
    pub fn new(client: Client) -> Self {
        Self(client)
    }
}

#[async_trait]
impl Feed for Source {
    async fn newest(&self, secret: &SecretId) -> Result<Arc<dyn Grip>, Unread> {
        let unread = |error: keybaton_client::Error| Unread {
            secret: secret.clone(),
            why: error.to_string(),
            hint: error.hint().to_owned(),
        };
        let handle = self.0.handle(secret).map_err(unread)?;
        let lent = handle.ready().await.map_err(unread)?;
        Ok(Arc::new(lent))
    }

    async fn changed(&self, secret: &SecretId, from: VersionNo) {
        if let Ok(handle) = self.0.handle(secret) {
            let mut notices = handle.subscribe();
            let other = notices.wait_for(|notices| notices.version.is_some_and(|version| version != from));
            if other.await.is_ok() {
                return;
            }
        }
        // a client that is closed has no news
        std::future::pending::<()>().await;
    }
}

impl Grip for Lent {
    fn version(&self) -> VersionNo {
        Self::version(self)
    }

    fn value(&self) -> &SecretValue {
        Self::value(self)
    }

    fn delivered(&self) {
        Self::delivered(self);
    }
}
