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

    /// Dice of their own for what runs beside.
    fn another(&mut self) -> Self {
        Self(self.roll(u64::MAX))
    }

    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }
}

/// Kills so many runs, each followed by the next one at once, and lets the last one end: that one waits out the lease of
/// the dead. A run that ends before its moment is followed by a new rotation.
async fn harried(keybaton: &Keybaton, secret: &str, mut dice: Dice, kills: usize) {
    let line = format!("rotate {secret} --wait");
    let mut moments = Vec::new();
    while moments.len() < kills {
        let moment = dice.roll(LATEST);
        let ended = keybaton.start(&line).killed_after(Duration::from_millis(moment)).await;
        if ended.is_none() {
            moments.push(moment);
        }
        if moments.len() < kills {
            crate::stage::expire_leases(keybaton).await;
        }
    }
    loop {
        let book = Book::read(keybaton, secret).await;
        if !book.is_busy() && book.rotations() > 0 {
            return;
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
        let dice = dice.another();
        chains.spawn(async move {
            let bench = Bench::with(TERMS).await;
            harried(&bench.keybaton, SECRET, dice, 3).await;
            bench.assert_whole().await;
        });
    }
    chains.join_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotation_of_a_role_that_is_killed_at_random_moments_ends_whole() {
    let mut dice = Dice::seeded();
    let mut chains = JoinSet::new();
    for chain in 0..2 {
        let dice = dice.another();
        chains.spawn(async move {
            let Some(roles) = Roles::adopted(&format!("e2e_kill_{chain}"), TERMS).await else { return };
            harried(&roles.keybaton, "orders/prod", dice, 3).await;
            roles.assert_whole().await;
        });
    }
    chains.join_all().await;
}
