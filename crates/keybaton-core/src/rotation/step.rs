//! Being written.
use super::{Event, Refused, Rotation, Transition};
use crate::facts::Facts;

/// Being written.
pub fn step(_rotation: Rotation, _facts: &Facts<'_>, _event: Event) -> Result<Transition, Refused> {
    Err(Refused::Over)
}
