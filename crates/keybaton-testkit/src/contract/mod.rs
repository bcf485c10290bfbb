//! What every connector of a port must satisfy, whatever the far service is.

mod external;
mod issuer;
mod subject;
mod vault;
mod vault_subject;

pub use external::{Deed, ExternalSubject, Readable, Tampered, Trouble, external_vault_contract};
pub use issuer::issuer_contract;
pub use subject::Subject;
pub use vault::vault_contract;
pub use vault_subject::VaultSubject;
