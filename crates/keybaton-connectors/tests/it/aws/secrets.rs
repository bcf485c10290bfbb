//! Secrets of Secrets Manager.

mod contract;
mod fields;
pub(super) mod rig;
mod stages;
