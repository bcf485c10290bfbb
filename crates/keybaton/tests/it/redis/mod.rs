//! Passwords and users of a real Redis server, rotated while consumers use them.

mod bench;
mod rotation;

pub(crate) use bench::{Cache, SECRET};
