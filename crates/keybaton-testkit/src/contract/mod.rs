//! What every connector of a port must satisfy, whatever the far service is.

mod issuer;
mod subject;

pub use issuer::issuer_contract;
pub use subject::Subject;
