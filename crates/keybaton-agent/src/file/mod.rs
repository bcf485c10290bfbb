//! Files that consumers read: replaced at once, or left as they were.

mod access;
mod replace;

pub(crate) use access::number;
pub use access::{Access, AccessError, Mode};
pub(crate) use replace::{Replaced, replace};
