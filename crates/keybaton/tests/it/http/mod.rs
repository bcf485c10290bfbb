//! A rotation at a stranger's HTTP API, with every command that has a part in it.

mod adopt;
mod audit;
mod check;
mod consumers;
mod emergency;
mod engines;
mod history;
mod hold;
mod interrupt;
mod needs_rotation;
mod patience;
mod pause;
mod rollback;
mod rotation;
mod serve;
mod shared;
mod status;
mod tick;
mod upgrade;
