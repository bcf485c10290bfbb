//! What `config check` and `config show` print, as data.

mod check;
mod seconds;
mod show;

pub use check::{Check, Lint, Plan, SecretCheck, Warning, check};
pub use seconds::Seconds;
pub use show::{ConsumerShow, PolicyShow, SecretShow, Show, show};
