//! Kubernetes: fields of a Secret that consumers read.
//!
//! A publication is one server-side apply of two fields, the present value and the one before, for exactly the version of
//! the object that was read and judged. So a write of somebody else is never lost, and a field that another manager owns is
//! a conflict that is told. What makes a late write of our own bounce is the fence beside the value: both change together.

mod failure;
mod kind;
mod mark;
mod place;
mod secret;
mod selector;
mod server;
mod settings;
mod token;
mod vault;
mod workload;

pub use kind::SUMMARY;
pub use settings::{OthersFields, Restart, VaultSettings};
pub use vault::KubernetesVault;
