//! What `dev` sets up: a folder, a sandbox API that knows the keys of its ledger, a configuration, and adopted keys.

mod bench;
mod folder;

pub(crate) use bench::{Bench, SECRETS};
