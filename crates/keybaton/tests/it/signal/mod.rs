//! Signals: somebody else's metrics about calls, from a real Prometheus and from one that misbehaves.

mod bad;
mod metrics;
mod prometheus;
mod real;
