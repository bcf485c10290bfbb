//! A secret that consumers read from a file, from end to end.

mod adopt;
mod check;
mod foreign;
mod rig;
mod rotation;
