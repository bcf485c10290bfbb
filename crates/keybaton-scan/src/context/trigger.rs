//! Pieces of telling words, found by SIMD.

use crate::anchor::Literals;

/// What telling names contain, in the three ways in which people write them, and what a URL with credentials contains.
#[rustfmt::skip]
const TRIGGERS: [&str; 43] = [
    "pass", "PASS", "Pass", "pwd", "PWD", "Pwd", "ecret", "ECRET", "oken", "OKEN", "key", "KEY", "Key", "auth",
    "AUTH", "Auth", "redential", "REDENTIAL", "://", "psw", "PSW", "pw=", "pw =", "pw:", "pw\"", "PW=", "PW:", "salt",
    "SALT", "Salt", "senha", "kennwort", "onnect(", "ogin -", ".toChar", "creds", "onnection(", "mysqli(", "ogin(", "curl ", "mysql", "IDENTIFIED", "kty",
];

/// The triggers, ready to be searched for.
#[derive(Debug)]
pub(crate) struct Triggers(Literals);

impl Triggers {
    pub(crate) fn new() -> Self {
        Self(Literals::new(TRIGGERS.iter().map(|trigger| trigger.as_bytes().to_vec())))
    }

    /// Tells where the triggers are, in order within each group.
    pub(crate) fn each(&self, bytes: &[u8], found: &mut dyn FnMut(usize)) {
        self.0.each(bytes, &mut |at, _| found(at));
    }
}
