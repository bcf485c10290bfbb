//! A rotation at a stranger's HTTP API, with every command that has a part in it.

mod adopt;
mod audit;
mod consumers;
mod emergency;
mod engines;
mod hold;
mod patience;
mod rollback;
mod rotation;
mod serve;
mod status;
mod tick;
mod upgrade;
