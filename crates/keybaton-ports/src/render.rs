//! The rendering: what consumers read, made once from a credential when it is minted or adopted.

use keybaton_seal::SecretValue;
use keybaton_types::IssuedId;

use crate::Fault;

/// Makes what consumers read from a credential.
pub trait Render: Send + Sync {
    /// Renders a credential; its text never appears in the fault.
    fn render(&self, id: &IssuedId, value: &SecretValue) -> Result<SecretValue, Fault>;
}
