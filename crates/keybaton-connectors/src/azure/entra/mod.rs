//! Passwords ("client secrets") of an application in Entra ID, through Microsoft Graph: several live at once, each with a name
//! and an id of its own.

mod application;
mod issuer;
mod kind;
mod probe;
mod settings;

pub use issuer::EntraIssuer;
pub use kind::SUMMARY;
pub use probe::EntraProbe;
pub use settings::{IssuerSettings, ProbeSettings};
