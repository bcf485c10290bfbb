//! How soon a bad key is taken back, and whether a good one ever is, printed as Markdown; `cargo xtask bench` keeps the
//! last tables.
//!
//! The engine and the law are the shipped ones. The far services are fakes that answer at once and time is simulated, so
//! what is measured is what keybaton adds, to the millisecond, on any machine. The dice are the same in every run. A bad
//! key that is not taken back is a failure, and so is a good one that is.

#![expect(clippy::unwrap_used, reason = "a simulation whose world breaks has measured nothing")]

mod bad;
mod dice;
mod good;
mod stage;
mod table;
mod traffic;
#[expect(dead_code, unused_imports, reason = "the tests of the engine use more of their world than this")]
#[path = "../../tests/it/world/mod.rs"]
mod world;

use std::error::Error;

/// How anything in here ends.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Bad rotations of each kind.
const BAD: u64 = 100;

/// Good rotations.
const GOOD: u64 = 1_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let part = part();
    let told = bad::measure(BAD / part, bad::Noticed::ByClients).await?;
    let probed = bad::measure(BAD / part, bad::Noticed::ByProbes).await?;
    let good = good::measure(GOOD / part).await?;
    table::print(&told, &probed, &good)?;
    if good.rolled_back == 0 { Ok(()) } else { Err("a good key was taken back".into()) }
}

/// `cargo bench` says that it is one; a test of all targets only tries a part of it.
fn part() -> u64 {
    if std::env::args().any(|argument| argument == "--bench") { 1 } else { 20 }
}
