//! What the scanner promises, seen from outside.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails the test")]

mod cost;
mod examples;
mod known;
mod quality;
mod scanner;
mod source;
mod suppress;
mod team;
