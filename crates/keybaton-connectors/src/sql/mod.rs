//! What the databases have in common: how a connection is secured, how a call to them ends, and what a login says.
//!
//! What a server's own errors mean is the dialect's to say, in [`Said`].

mod call;
mod login;
mod tls;

pub(crate) use call::{Said, SqlCall};
pub(crate) use login::login;
pub use tls::TlsSetting;
