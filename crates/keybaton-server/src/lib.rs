//! The HTTP API: reads, evidence, and what an operator does from afar. It decides nothing.
//!
//! [`Server`] is the service: it listens, keeps limits and ends in an orderly way. A request passes the door
//! (`door/`: who is meant, who asks, how often), and then reaches its handler: `reader/` for
//! consumers, `operator/` for people and pipelines.
//! `api/` holds the one list of routes, of which router and `/openapi.json` are made, so that they cannot disagree.

mod api;
mod door;
mod health;
mod listen;
mod metrics;
mod operator;
mod reader;
mod refusal;
mod server;
mod signal;
mod tls;

pub use metrics::{METRICS, Metric, Metrics, Shape, Sources};
pub use server::{Limits, Parts, Server};
pub use tls::{Tls, TlsError};
