//! The exec connector: a program of one's own is issuer and probe, spoken to in one JSON document each way.
//!
//! Nothing of ours is in its arguments or its environment; how it ended decides how sure the answer is.

mod answer;
mod call;
mod channel;
mod checked;
mod describe;
mod issuer;
mod kind;
mod mask;
mod probe;
mod program;
mod run;
mod settings;
mod signal;

pub use channel::ExecChannel;
pub use issuer::ExecIssuer;
pub use kind::SUMMARY;
pub use probe::ExecProbe;
pub use settings::{Can, ChannelSettings, Ids, IssuerSettings, ProbeSettings, Value};
