//! A login role of a real `PostgreSQL` server, rotated while consumers query it.

mod bench;
mod outcome;
mod rollback;
mod rotation;

pub(crate) use bench::{Roles, SECRET};
