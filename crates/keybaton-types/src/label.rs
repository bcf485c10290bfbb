//! The label by which we recognise our own credentials in an issuer's list (R1, R8).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{OpSeq, SecretId};

/// The longest label: what the strictest issuers accept as a name.
const LONGEST: usize = 63;

/// This state database: six random characters of `[a-z0-9]`, drawn when it was made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Installation(pub String);

impl fmt::Display for Installation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// `kb1-INSTALL-SECRET-ENV-SEQ`: at most 63 of `[a-z0-9-]`, shortened with a hash where the names are long.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Label(pub String);

impl Label {
    /// The label of the credential that operation `seq` creates.
    #[must_use]
    pub fn new(installation: &Installation, secret: &SecretId, seq: OpSeq) -> Self {
        Self(format!("{}{seq}", Self::stem(installation, secret)))
    }

    /// Whether `text` labels a credential of this secret that this installation made, and by which operation.
    pub fn ours(text: &str, installation: &Installation, secret: &SecretId) -> Option<OpSeq> {
        text.strip_prefix(&Self::stem(installation, secret))?.parse().ok().map(OpSeq)
    }

    /// The installation that made a credential of this same secret, when it was not this one.
    pub fn foreign(text: &str, installation: &Installation, secret: &SecretId) -> Option<Installation> {
        let other = Installation(text.strip_prefix("kb1-")?.split('-').next()?.to_owned());
        (other != *installation && Self::ours(text, &other, secret).is_some()).then_some(other)
    }

    fn stem(installation: &Installation, secret: &SecretId) -> String {
        let names = format!("{}-{}", plain(secret.name()), plain(secret.env()));
        let room = LONGEST - "kb1--".len() - installation.0.len() - "-18446744073709551615".len();
        let exact = names.len() <= room && !secret.name().contains(['-', '_']) && !secret.env().contains(['-', '_']);
        if exact {
            return format!("kb1-{installation}-{names}-");
        }
        let hash = fnv(&secret.to_string());
        let kept: String = names.chars().take(room - 9).collect();
        format!("kb1-{installation}-{}-{hash:08x}-", kept.trim_end_matches('-'))
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn plain(text: &str) -> String {
    text.replace('_', "-")
}

/// FNV-1a, folded to 32 bits: it only has to tell names apart, nobody gains by forging it.
fn fnv(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here() -> Installation {
        Installation("a1b2c3".to_owned())
    }

    #[test]
    fn a_label_is_recognised_by_its_own_installation_and_secret_alone() {
        let (a, b) = ("payments/prod".parse().unwrap(), "payments/staging".parse().unwrap());
        let label = Label::new(&here(), &a, OpSeq(7));
        assert_eq!(label.0, "kb1-a1b2c3-payments-prod-7");
        assert_eq!(Label::ours(&label.0, &here(), &a), Some(OpSeq(7)));
        assert_eq!(Label::ours(&label.0, &here(), &b), None);
        let other = Installation("zzzzzz".to_owned());
        assert_eq!(Label::foreign(&label.0, &other, &a), Some(here()));
        assert_eq!(Label::foreign(&label.0, &here(), &a), None);
    }

    #[test]
    fn long_names_are_shortened_and_stay_apart() {
        let long = "x".repeat(64);
        let (a, b) = (SecretId::new(&long, "prod").unwrap(), SecretId::new(&long, "test").unwrap());
        let label = Label::new(&here(), &a, OpSeq(u64::MAX));
        assert!(label.0.len() <= 63, "{}", label.0.len());
        assert_eq!(Label::ours(&label.0, &here(), &b), None);
    }

    #[test]
    fn names_that_differ_only_in_where_the_dash_stands_stay_apart() {
        let (a, b) = ("a-b/c".parse().unwrap(), "a/b-c".parse().unwrap());
        assert_ne!(Label::new(&here(), &a, OpSeq(1)), Label::new(&here(), &b, OpSeq(1)));
    }
}
