//! Many changes, one action: a burst is over when it was quiet for a while, and then a random pause follows, so that
//! many machines do not act at once.

use std::sync::Arc;
use std::time::Duration;

use keybaton_types::{SecretId, VersionNo};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::grip::Feed;

/// Waits until one of these secrets is to be used in another version, and the burst is over. May be given up and begun
/// again: what has changed is compared with the versions, not remembered.
pub(crate) async fn burst(feed: &Arc<dyn Feed>, from: &[(SecretId, VersionNo)], settle: Duration, jitter: Duration) {
    let mut watching = watch(feed, from);
    if watching.join_next().await.is_none() {
        std::future::pending::<()>().await;
    }
    while let Ok(more) = timeout(settle, watching.join_next()).await {
        if more.is_none() {
            sleep(settle).await;
            break;
        }
    }
    sleep(drawn(jitter)).await;
}

fn watch(feed: &Arc<dyn Feed>, from: &[(SecretId, VersionNo)]) -> JoinSet<()> {
    let mut watching = JoinSet::new();
    for (secret, version) in from.iter().cloned() {
        let feed = Arc::clone(feed);
        watching.spawn(async move { feed.changed(&secret, version).await });
    }
    watching
}

/// A random part of `most`.
pub(crate) fn drawn(most: Duration) -> Duration {
    let millis = u64::try_from(most.as_millis()).unwrap_or(u64::MAX).saturating_add(1);
    // without randomness nothing is spread, and nothing is lost
    Duration::from_millis(keybaton_seal::random_u64().unwrap_or_default() % millis)
}
