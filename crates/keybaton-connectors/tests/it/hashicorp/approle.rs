//! Secret ids of a role of a real server.

mod contract;
mod faults;
mod rig;
mod tokens;
