//! A secret that consumers read from a key vault of Azure, from end to end.

mod adopt;
mod foreign;
mod login;
mod rig;
mod rotation;
mod trouble;
