//! Pieces of telling words, found by SIMD.

use super::{Breadth, weak};
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
pub(crate) struct Triggers {
    literals: Literals,
    /// For which look they are.
    pub(crate) breadth: Breadth,
}

impl Triggers {
    /// What a look of this breadth searches for.
    pub(crate) fn new(breadth: Breadth) -> Self {
        let more = if breadth == Breadth::Wide { &weak::TRIGGERS[..] } else { &[] };
        let texts = TRIGGERS.iter().chain(more).map(|trigger| trigger.as_bytes().to_vec());
        Self { literals: Literals::new(texts), breadth }
    }

    /// Tells where the triggers are, in order within each group.
    pub(crate) fn each(&self, bytes: &[u8], found: &mut dyn FnMut(usize)) {
        self.literals.each(bytes, &mut |at, _| found(at));
    }
}
