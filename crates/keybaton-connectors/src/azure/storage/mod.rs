//! The two keys of an Azure Storage account, through Azure Resource Manager. A new key takes the place of the one in the other
//! slot, and the old one dies when its own slot is made anew: nothing is ever added or deleted.

mod account;
mod describe;
mod issuer;
mod key;
mod kind;
mod probe;
mod refusal;
mod settings;
mod sign;

pub use issuer::StorageIssuer;
pub use key::StorageSlot;
pub use kind::SUMMARY;
pub use probe::StorageProbe;
pub use settings::{IssuerSettings, ProbeSettings};
