//! How keybaton itself is known to Azure: a token of Entra ID, by the first way that is there or by the one that the settings
//! name.
//!
//! Every connector of Azure takes the table `login` and gives its [`Login`] to Microsoft's clients as their credential, or
//! asks it for the header of a request of its own.

mod identity;
mod refusal;
mod settings;
mod source;
mod tool;

pub use settings::{By, LoginSettings};

pub(in crate::azure) use identity::Login;
