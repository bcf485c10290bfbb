//! A server that takes connections and says nothing, not even of TLS: what is at hand is lent at once, and nobody waits for
//! ever.

use std::time::{Duration, Instant};

use keybaton_client::{CacheKey, DiskCache, Error};
use tokio::net::{TcpListener, TcpStream};

use crate::fake::{self, Fake, SECRET, until};

/// Takes every connection, keeps it, and never reads or writes.
async fn silent() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut taken: Vec<TcpStream> = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            taken.push(stream);
        }
    });
    address.to_string()
}

#[tokio::test]
async fn with_nothing_at_hand_the_wait_has_an_end() {
    for scheme in ["http", "https"] {
        let url = format!("{scheme}://{}", silent().await);
        let client = fake::builder(&url).build().unwrap();
        let handle = client.secret(SECRET).unwrap();
        let begun = Instant::now();
        let error = handle.ready().await.unwrap_err();
        // two seconds by the settings of this client, and what a busy machine adds
        assert!(begun.elapsed() < Duration::from_secs(10), "{scheme}: {:?}", begun.elapsed());
        assert!(matches!(error, Error::Unreachable { .. }), "{scheme}: {error:?}");
    }
}

#[tokio::test]
async fn what_the_disk_holds_is_lent_without_waiting_for_the_silent() {
    for scheme in ["http", "https"] {
        let (fake, folder) = (Fake::start().await, tempfile::tempdir().unwrap());
        let open = || DiskCache::open(folder.path().join("cache"), &CacheKey::Beside);
        let client = fake.builder().cache(open().unwrap()).build().unwrap();
        client.secret(SECRET).unwrap().ready().await.unwrap();
        client.close().await;
        drop(client);
        let mut cache = None;
        until("the cache is free", || {
            cache = open().ok();
            cache.is_some()
        })
        .await;
        let url = format!("{scheme}://{}", silent().await);
        let client = fake::builder(&url).cache(cache.unwrap()).build().unwrap();
        let handle = client.secret(SECRET).unwrap();
        for _ in 0..5 {
            let begun = Instant::now();
            assert_eq!(handle.ready().await.unwrap().version().0, 1);
            // 50 ms by the client, and what a busy machine adds
            assert!(begun.elapsed() < Duration::from_millis(500), "{scheme}: {:?}", begun.elapsed());
        }
    }
}
