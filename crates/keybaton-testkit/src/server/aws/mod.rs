//! Emulators of AWS: other people's implementations of its APIs.
//!
//! `ministack` verifies the signatures of users and refuses keys that are switched off; `moto` knows that a user has two keys
//! and when one was last used. What each of them does otherwise than AWS is a table of the connectors' tests.

mod emulator;
mod key;
mod program;
mod request;

pub use emulator::Aws;
pub use key::AwsKey;
