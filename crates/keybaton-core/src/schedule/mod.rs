//! When a secret is rotated next: `every` or `cron`, fitted into a window and spread by jitter.
//!
//! Everything here is a function of its arguments. Times come in as [`Timestamp`](keybaton_types::Timestamp), time zones
//! as [`TimeZone`](jiff::tz::TimeZone), and jitter is drawn from a hash, so the same inputs give the same answer on every
//! replica. The engine asks [`Schedule::next`]; `config check` asks [`Schedule::firings`], [`Schedule::shortest_gap`] and
//! [`Schedule::lints`]. Pausing, blackouts and emergencies are not known here.
//!
//! | step | rule |
//! |---|---|
//! | named | the rule names a time later than `last`: `last + every`, `anchor + k * every`, or what `cron` matches |
//! | `min_interval` | what would happen earlier than `last + min_interval` is skipped, not delayed |
//! | window | what falls outside moves to the next opening, `every` and `cron` alike |
//! | jitter | delays by less than `jitter`, and never past the window's end |
//! | catch-up | what nobody performed is due now, or at the next opening; performing it moves `last`, so it is one |

mod cron;
mod days;
mod definition;
mod every;
mod field;
mod firing;
mod jitter;
mod lint;
mod next;
mod opening;
mod preview;
mod retry;
mod rule;
mod shift;
mod stamp;
mod window;

pub use cron::{Cron, CronError};
pub use days::Days;
pub use definition::Schedule;
pub use every::{Every, EveryError};
pub use field::Field;
pub use firing::Firing;
pub use lint::Lint;
pub use retry::{MAX_RETRIES, retry_after};
pub use rule::Rule;
pub use window::{Window, WindowError};
