//! The shape language: what a value with a form of its own looks like.
//!
//! A shape is a row of parts, each of which matches bytes:
//!
//! | written | matches |
//! |---|---|
//! | `'ghp_'` | these bytes |
//! | `('a' \| 'bc')` | one of these, the first that fits |
//! | `alnum{36}` | 36 bytes of a class |
//! | `hex{8,64}` | 8 to 64 bytes of a class, as many as there are; before a literal, as few as reach it |
//! | `word{20/40}` | 20 or 40 bytes of a class |
//! | `[A-Z2-7]{16}` | bytes of a class of one's own |
//! | `'Key=' ^ hex{8}` | the value starts after the anchor |
//! | `!'Q~'` | a literal that is to be the anchor, when the first one is not rare |
//!
//! Classes: `digit`, `lower`, `upper`, `alpha`, `alnum`, `hexlower`, `hexupper`, `hex`, `base32`, `base64`,
//! `base64url`, `word` (`alnum` and `_`), `dash` (`alnum` and `-`).
//!
//! One literal is the *anchor*: it is what is searched for. Before it there may be classes, matched backwards. There is
//! no repetition of groups and no way back over a decision but `/`, so that a match takes time in proportion to the
//! length of the longest value.

mod parse;
mod part;
mod seek;

pub use parse::{ShapeError, parse};
pub use part::{Part, Shape};
