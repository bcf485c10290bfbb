//! The sandbox as its callers see it: over HTTP, steered by its handle, and as a process.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a helper of a test fails the test")]

mod consumers;
mod faults;
mod hostile;
mod life_cycle;
mod process;
mod rig;
mod steering;
