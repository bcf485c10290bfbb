//! Contract suites, fakes, the fault layer and real servers for the tests.
//!
//! A dev-dependency only, used from `tests/`. What lives here: [`server`] starts real servers on loopback; [`contract`]
//! holds what every connector of a port must satisfy; [`fake`] has in-memory far services with true semantics;
//! [`fault`] wraps any port and breaks one call of it; [`clock`] is time that a test moves by hand. Never in here:
//! decisions of keybaton, and anything that production code links.

#![expect(clippy::panic, clippy::expect_used, reason = "a test kit reports by panicking; no production code links it")]
#![expect(clippy::disallowed_methods, reason = "fakes and servers compare and hand on plaintexts, of tests only")]
#![expect(clippy::missing_panics_doc, reason = "everything in here panics when the test has failed")]

pub mod canary;
pub mod clock;
pub mod contract;
pub mod fake;
pub mod fault;
pub mod server;

/// The text of a value, for a test that plays a consumer.
pub fn text(value: &keybaton_seal::SecretValue) -> String {
    String::from_utf8(value.expose().to_vec()).expect("the value is a text")
}
