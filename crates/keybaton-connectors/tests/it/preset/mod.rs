//! Every preset against a server that answers as its vendor's documents say.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails the test")]

mod contract;
mod given;
mod refusal;
mod rig;
mod vendor;
