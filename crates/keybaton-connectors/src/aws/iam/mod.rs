//! The access keys of an IAM user. A user may have two, and one can be switched off and on again.
//!
//! IAM gives a key no name of its own. It is marked by a tag of the user, which is where AWS's console keeps its
//! descriptions, in a call of its own behind the one that made it: a key whose creation was never answered has no mark.

mod form;
mod issuer;
mod kind;
mod page;
mod probe;
mod user;

pub use issuer::AccessKeyIssuer;
pub use kind::SUMMARY;
pub use probe::AccessKeyProbe;
