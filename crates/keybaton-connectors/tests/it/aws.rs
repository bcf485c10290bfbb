//! Emulators of AWS, and the connectors that publish there and rotate keys there.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod deviations;
mod front;
mod iam;
mod own;
mod secrets;
