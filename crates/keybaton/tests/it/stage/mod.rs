//! What every test here stands on: the command as a process, far services that it meets, and the ledger afterwards.

mod bench;
mod ended;
mod keybaton;
mod ledger;
mod load;
mod running;
mod service;

pub(crate) use bench::{Bench, SECRET};
pub(crate) use ended::Ended;
pub(crate) use keybaton::Keybaton;
pub(crate) use ledger::{Book, expire_leases};
pub(crate) use load::{Consumed, Load};
pub(crate) use running::Running;
pub(crate) use service::{ADMIN, OLD_ID, OLD_VALUE, Service};
