//! Delivery: what consumers get, and what is known of them because they got it.
//!
//! [`Delivery`] is the handle that a server asks; [`Deliverer`] keeps it up to date until it is told to stop. Reads are
//! answered from memory, but a value leaves only after the grant of it is durable (R6), and what many instances tell at
//! once is one commit. Nothing here decides: what is retiring is said by core, and evidence is only written down.

mod deliverer;
mod grant;
mod handle;
mod refusal;
mod shelf;
mod shown;
mod tell;

pub use deliverer::Deliverer;
pub use grant::{Reader, Term};
pub use handle::{Awaited, Counts, Delivery, Reading};
pub use refusal::Undelivered;
pub use shown::{Place, Shown};
