//! The client against a fake keybaton on loopback: every rule of what may be lent, and what is told.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails the test")]

mod clock;
mod detour;
mod disk;
mod evidence;
mod fake;
mod fallback;
mod order;
mod outage;
mod reads;
mod refusal;
mod retire;
mod setup;
mod silence;
mod suspend;
