//! The file as a tree in which every key and value knows where it stands.
//!
//! The tree is what serde reads, through [`Fault`]s that keep their structure: which key is unknown and what was
//! expected, never the text of a value. That is why `toml`'s own deserializer is not used.

mod access;
mod capture;
mod fault;
mod json;
mod located;
mod read;
mod tree;

pub(crate) use fault::{Fault, Kind};
pub use located::{Located, Span};
pub(crate) use tree::{Node, Value};
