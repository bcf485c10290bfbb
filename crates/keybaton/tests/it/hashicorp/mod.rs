//! A secret that consumers read from a KV engine of a real `OpenBao`, from end to end.

mod adopt;
mod foreign;
mod rig;
mod rotation;
mod trouble;
