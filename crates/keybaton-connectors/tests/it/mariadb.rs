//! The mariadb connector against a real server.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod bench;
mod contract;
mod faults;
mod one;
mod secrecy;
mod settings;
mod tls;
mod two;
