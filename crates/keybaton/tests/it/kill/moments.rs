//! The shipped binary, killed at random moments; the seed is printed, and `KEYBATON_SEED` repeats it.

use std::time::Duration;

use tokio::task::JoinSet;

use crate::postgres::Roles;
use crate::stage::{Bench, Book, Keybaton, SECRET};

const TERMS: &str = "overlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }";

/// The last moment at which a run is killed.
const LATEST: u64 = 4_000;

/// Numbers from a seed (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn seeded() -> Self {
        let given = std::env::var("KEYBATON_SEED").ok().and_then(|text| text.parse().ok());
        let seed = given.unwrap_or_else(|| keybaton_seal::random_u64().unwrap());
        eprintln!("KEYBATON_SEED={seed}");
        Self(seed)
    }

    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }
}

/// Kills rotations at these moments, each followed by the next run at once, and lets the last one end: that one waits out
/// the lease of the dead.
async fn harried(keybaton: &Keybaton, secret: &str, moments: &[u64]) -> usize {
    let line = format!("rotate {secret} --wait");
    let mut kills = 0;
    for moment in moments {
        let ended = keybaton.start(&line).killed_after(Duration::from_millis(*moment)).await;
        kills += usize::from(ended.is_none());
        if Some(moment) != moments.last() {
            crate::stage::expire_leases(keybaton).await;
        }
    }
    loop {
        let book = Book::read(keybaton, secret).await;
        if !book.is_busy() && book.rotations() > 0 {
            return kills;
        }
        assert!(!book.is_held(), "held at {moments:?}");
        let ended = keybaton.run(&line).await;
        assert!(matches!(ended.code(), Some(0 | 4)), "{moments:?}\n{}", ended.transcript());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotation_that_is_killed_at_random_moments_ends_whole() {
    let mut dice = Dice::seeded();
    let mut chains = JoinSet::new();
    for _ in 0..6 {
        let moments: Vec<u64> = (0..4).map(|_| dice.roll(LATEST)).collect();
        chains.spawn(async move {
            let bench = Bench::with(TERMS).await;
            let kills = harried(&bench.keybaton, SECRET, &moments).await;
            bench.assert_whole().await;
            kills
        });
    }
    let kills: usize = chains.join_all().await.iter().sum();
    eprintln!("{kills} kills");
    assert!(kills >= 15, "{kills} kills");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotation_of_a_role_that_is_killed_at_random_moments_ends_whole() {
    let mut dice = Dice::seeded();
    let mut chains = JoinSet::new();
    for chain in 0..2 {
        let moments: Vec<u64> = (0..3).map(|_| dice.roll(LATEST)).collect();
        chains.spawn(async move {
            let Some(roles) = Roles::adopted(&format!("e2e_kill_{chain}"), TERMS).await else { return };
            harried(&roles.keybaton, "orders/prod", &moments).await;
            roles.assert_whole().await;
        });
    }
    chains.join_all().await;
}
