//! A secret that consumers read from a Secret of a cluster, from end to end.

mod rig;
mod rotation;
mod trouble;
mod workloads;
