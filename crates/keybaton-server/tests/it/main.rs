//! The server tested over its own sockets, with a ledger in memory behind it.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod door;
mod evidence;
mod front;
mod house;
mod metrics;
mod operator;
mod read;
mod signal;
mod tls;
mod watched;
