//! Access keys of a user.

mod contract;
mod faults;
mod lag;
pub(super) mod rig;
mod slots;
