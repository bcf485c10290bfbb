//! What bad input gets: a clear error that says what is safe now and what to do, with the documented exit code.

mod configuration;
mod disk;
mod issuer;
mod master_key;
mod restored;
mod state;
mod terminal;
mod usage;
