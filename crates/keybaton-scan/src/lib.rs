//! Finds credentials in texts: the rules, the matching core, folders, suppression.
//!
//! A [`Scanner`] looks at one [`Text`] and hands out [`Hit`]s; it reads, writes and calls nothing. [`Rules`] is what it
//! looks for: tables made when the crate is compiled, plus what a team adds. `source::Walk` feeds it with files, and the
//! commands feed it with what git holds. A [`Finding`] is what is told about a hit: it never carries the value.
//!
//! Never in here: a network, a started process but `git` (in `git/`), the ledger, the wording of a command.

pub mod git;
pub mod known;
pub mod shape;
pub mod source;
pub mod team;

mod allow;
mod anchor;
mod base64;
mod baseline;
mod bigrams;
mod charset;
mod checksum;
mod context;
mod entropy;
mod extent;
mod finding;
mod hit;
mod ignored;
mod joint;
mod lines;
mod mask;
mod redact;
mod rule;
mod rules;
mod scanner;
mod text;
mod wordlike;

pub use baseline::Baseline;
pub use finding::{Finding, FindingKey};
pub use hit::{Hit, Verdict};
pub use ignored::Ignored;
pub use lines::{LineCounter, LineRanges};
pub use mask::mask;
pub use redact::redact;
pub use rule::Rule;
pub use rules::Rules;
pub use scanner::Scanner;
pub use text::{Piece, Text};
