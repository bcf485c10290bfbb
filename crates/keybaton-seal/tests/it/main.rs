//! What the crate promises to those who call it.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod access_token;
mod audit;
mod canary;
mod draw;
mod envelope;
mod fingerprint;
mod golden;
mod house;
mod master_key;
#[cfg(target_os = "linux")]
mod memory;
mod rewrap;
mod value;
