//! The local API: what a server says to readers, said on this machine from values at hand. `keybaton agent` is its caller.
//!
//! An answer is a *sheet*: bytes that are made once a second at most for each secret that is read, and dropped at once
//! when something changes. The agent says what it knows of its readers: who was handed which version. It never says that
//! somebody used one; readers say so themselves, and the agent passes it on under their own names.

mod answer;
mod answering;
mod desk;
mod door;
mod evidence;
mod listen;
mod metrics;
mod patience;
mod router;
mod seat;
mod server;
mod sheet;

pub use door::{Door, PeerDoor, Peers, TokenDoor};
pub use listen::{Listen, ListenError};
pub use metrics::METRICS;
pub use server::{Error, Serving, serve};
