//! Managed keys, recognised by keyed fingerprints: no value is needed to find one, and no form of its own.
//!
//! [`Recorder`] makes entries of values where the values are; [`Known`] finds them in any text, from the entries alone.
//! A text is cut into tokens of the recorded lengths and characters; a quick keyed hash drops nearly all of them, and an
//! HMAC decides. What stands there in base 64, or escaped for a URL or for JSON, is undone first. `file` is the form in
//! which entries travel. Not in here: the ledger, and which of its keys are valid.

mod alphabet;
mod escape;
mod file;
mod mark;
mod piece;
mod quick;
mod record;
mod runs;
mod search;
mod strength;
mod within;

pub use file::{KnownError, LIMIT};
pub(crate) use mark::{mark, rule};
pub use record::{Holder, Recorder, Unfit};
pub use search::Known;
