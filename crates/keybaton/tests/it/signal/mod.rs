//! Signals: somebody else's metrics about calls, from a real Prometheus, a real Alertmanager, and from one that misbehaves.

mod alarm;
mod bad;
mod metrics;
mod prometheus;
mod real;
