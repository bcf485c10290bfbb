//! The channels for alerts, against receivers that are honest, slow or broken.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod alert;
mod email;
mod exec;
mod pagerduty;
mod receiver;
mod slack;
mod webhook;
