//! The hook of git, and a leaked key of ours: with real git, from end to end.

mod block;
mod leak;
mod others;
mod push;
mod refusal;
mod repository;
mod skip;

use repository::{Repository, key};
