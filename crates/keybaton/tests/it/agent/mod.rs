//! `run` and `agent`, as processes, before a server of the tests.

mod fake;
mod run;

pub(crate) use fake::{Fake, Mood, TOKEN};
