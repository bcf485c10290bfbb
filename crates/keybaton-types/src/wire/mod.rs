//! What a reader and keybaton say to each other, whether a server answers or an agent (DESIGN section 8).
//!
//! A read is `GET /v1/secrets/NAME/ENV`. `ETag` changes with everything that a holder has to know: the version that is
//! current, the versions that are [`Value::retiring`] and those that are [`Value::condemned`]. With `?wait=30s` the
//! answer is held back until the tag differs from `If-None-Match`, or the version is above `?after_version=N`; when the
//! time is up without either, the answer is 304. So one held request tells a holder of a publish, of a rollback and of a
//! condemnation at once.

mod alarm;
mod evidence;
mod header;
mod operator;
mod problem;
mod value;

pub use alarm::{Alarm, Alarms};
pub use evidence::{AuthResults, Kind, Sighted};
pub use header::{ENFORCED, INSTANCE, LEASE};
pub use operator::{
    AdoptionWanted, AlertTestWanted, AuditLine, AuditRows, Checkpoints, PauseWanted, Reason, Request, Requested,
    RotationWanted, ScopeNamed, TokenWanted, Word, WordGiven,
};
pub use problem::Problem;
pub use value::Value;
