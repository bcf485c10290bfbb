//! What can go wrong in the engine itself. Faults of far services are answers, not errors.

use keybaton_ports::StoreError;

/// What can go wrong in the engine itself.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store did not do it.
    #[error("use the state database")]
    Store(#[from] StoreError),
    /// A value could not be sealed or opened.
    #[error("use a sealed value")]
    Seal(#[from] keybaton_seal::Error),
    /// The lease was lost, or is about to be: nothing more is done under it.
    #[error("drive {0}: another engine has taken over")]
    LeaseLost(keybaton_types::SecretId),
    /// The ledger names a credential whose value is not there.
    #[error("open {0}: the state database has no value of its current key")]
    NoValue(keybaton_types::SecretId),
}
