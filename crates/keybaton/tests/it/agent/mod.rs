//! `run` and `agent`, as processes, before a server of the tests.

mod clock;
mod fake;
mod files;
mod metrics;
mod reads;
mod real;
mod run;

pub(crate) use fake::{Fake, Mood, TOKEN};
