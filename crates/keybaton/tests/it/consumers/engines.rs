//! `tick` and `serve` on the same state, while consumers work.

use super::crowd::{assert_unharmed, names};
use super::instance::Habit;
use super::site::Site;
use crate::stage::SECRET;

#[tokio::test]
async fn ticks_beside_a_server_rotate_once_and_harm_nobody() {
    let terms = "ttl = \"3s\"\nmax_stale = \"5m\"\n\
        consumers = [{ name = \"billing\", evidence = \"agent\", instances = 4 }]";
    let site = Site::open(terms).await;
    let steady = site.recruiter().start(&names("steady", 4), Habit::Steady).await;
    let rotate = site.bench.keybaton.start(&format!("rotate {SECRET} --wait --json"));
    for _ in 0..6 {
        site.bench.run("tick").await.exits(0);
    }
    assert_eq!(rotate.ended().await.exits(0).json()["outcome"], "done");
    assert_eq!(site.bench.book().await.rotations(), 1);
    assert_unharmed(vec![steady], 50).await;
    site.close().await.assert_whole().await;
}
