//! The state database is an older copy: consumers know more than the server, and go on.

use super::crowd::{assert_unharmed, names};
use super::instance::Habit;
use super::site::Site;
use crate::stage::{OLD_VALUE, SECRET};

#[tokio::test]
async fn after_a_restore_nobody_goes_back_to_the_old_key_and_nothing_is_revoked() {
    let terms = "ttl = \"2s\"\nmax_stale = \"5m\"\n\
        consumers = [{ name = \"billing\", evidence = \"agent\", instances = 2 }]";
    let site = Site::open(terms).await;
    let crowd = site.recruiter();
    let mut steady = crowd.start(&names("steady", 2), Habit::Steady).await;
    let folder = site.bench.keybaton.path(".keybaton");
    let bench = site.close().await;
    bench.sql("PRAGMA wal_checkpoint(TRUNCATE)").await;
    let old = std::fs::read(folder.join("state.db")).unwrap();
    let site = Site::open_again(bench).await;
    site.bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    steady.are_at(2).await;
    let live = site.bench.service.live();
    assert_eq!(live.len(), 1);

    let bench = site.close().await;
    for name in ["state.db-wal", "state.db-shm"] {
        drop(std::fs::remove_file(folder.join(name)));
    }
    std::fs::write(folder.join("state.db"), old).unwrap();
    let site = Site::open_again(bench).await;
    let url = format!("{}/healthz", site.served.url);
    assert!(
        reqwest::Client::builder().no_proxy().build().unwrap().get(url).send().await.unwrap().status().is_success()
    );
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    assert_eq!(site.bench.service.live(), live, "something was revoked after a restore");
    assert!(!site.bench.service.lets_in(OLD_VALUE).await);
    assert_unharmed(vec![steady], 50).await;
    site.close().await;
}
