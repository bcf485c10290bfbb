//! The JSON documents that commands print and the API answers (DESIGN sections 7 and 8).
//!
//! Times are RFC 3339, durations are whole seconds, and only [`Revealed`] ever carries a value.

mod adopted;
mod alert;
mod asked;
mod audited;
mod check;
mod checkpoint;
mod doctor;
mod errand;
mod history;
mod known;
mod need;
mod pause;
mod revealed;
mod rotation;
mod scanned;
mod status;
mod ticked;
mod token;
mod told;
mod trail;

pub use adopted::{Adopted, Full, Occupant, Probed, Untold};
pub use alert::{Alert, AlertTested, Alerts, ChannelRow, TestStep};
pub use asked::Asked;
pub use audited::Audited;
pub use check::Check;
pub use checkpoint::Checkpoint;
pub use doctor::{Counts, Doctor, Finding, Health};
pub use errand::{Errand, Task};
pub use history::{History, PastCause, PastPhase, PastRotation};
pub use known::{KnownAlphabet, KnownKey, KnownKeys};
pub use need::{Need, Needs};
pub use pause::{Pause, PauseScope, Paused, Resumed};
pub use revealed::{REVEALED, Revealed};
pub use rotation::{Result, Rotation};
pub use scanned::{ManagedFinding, ScanFinding, Scanned, Verified};
pub use status::{Consumers, Secret, Status, Straggler};
pub use ticked::{Ticked, TickedSecret};
pub use token::{TokenDone, TokenRow, Tokens};
pub use told::Told;
pub use trail::{Trail, TrailInstance, TrailStep};
