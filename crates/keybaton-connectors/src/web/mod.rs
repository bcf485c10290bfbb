//! What connectors that speak HTTP have in common: where requests go, the one discipline of a connection, and how the end
//! of a call is classified.
//!
//! Never in here: templates, authentication, and what an answer says.

mod base;
mod client;
mod filled;
pub(crate) mod outcome;
mod percent;
mod post;
pub(crate) mod throttle;

pub(crate) use base::Base;
pub(crate) use client::{About, Client, Reply, authorities};
pub(crate) use filled::Filled;
pub(crate) use percent::percent;
pub(crate) use post::Post;
