//! What `config check` and `config show` print, as data.

mod check;
mod origin;
mod seconds;
mod show;

pub use check::{Check, Lint, Plan, SecretCheck, Warning, check};
pub use origin::{From, Origin, Shown, origins};
pub use seconds::Seconds;
pub use show::{ConsumerShow, PolicyShow, SecretShow, Show, show};
