//! The clock of a consumer's machine jumps.

use std::time::{Duration, Instant};

use super::{
    Mood,
    reads::{A, PATH, Stage, end},
};
use crate::fault::clock::Clock;

const YEAR: i64 = 365 * 24 * 3_600;

#[tokio::test]
async fn an_agent_whose_clock_jumps_by_a_year_honours_no_lease_that_ran_out() {
    for jump in [YEAR, -YEAR] {
        let mut stage = Stage::new().await;
        let clock = Clock::under(&mut stage.keybaton);
        stage.fake.ttl(1);
        stage.fake.max_stale(2);
        let (agent, local) = stage.agent("--cache cache").await;
        assert_eq!(local.value().await, A);
        clock.jumps(jump);
        local.comes_to(A).await;
        stage.fake.shut().await;
        let until = Instant::now() + Duration::from_secs(30);
        while local.get(PATH).send().await.unwrap().status() == 200 {
            assert!(Instant::now() < until, "a lease of three seconds has no end: {jump}");
            tokio::task::yield_now().await;
        }
        // back where the lease began, as far as this clock goes
        clock.jumps(0);
        assert_ne!(local.get(PATH).send().await.unwrap().status(), 200, "{jump}");
        stage.fake.mood(Mood::Well);
        stage.fake.open().await;
        local.comes_to(A).await;
        end(agent).await;
    }
}
