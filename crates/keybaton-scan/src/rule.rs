//! What a scanner looks for: one kind of credential of one service.

use std::borrow::Cow;

use crate::{checksum::Checksum, extent::Extent, shape::Shape};

/// One kind of credential of one service.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its name, such as `github-pat`; stable, for suppression and reports.
    pub id: Cow<'static, str>,
    /// The service that accepts it, such as `GitHub`.
    pub service: Cow<'static, str>,
    /// What it is, for people.
    pub title: Cow<'static, str>,
    /// The issuer preset of the configuration that can rotate it.
    pub preset: Option<Cow<'static, str>>,
    /// How many leading characters of the value a report may show; they say what it is, not which one.
    pub shown: u8,
    /// What the value looks like.
    pub(crate) shape: Shape,
    /// How far the value reaches.
    pub(crate) extent: Extent,
    /// How the value proves itself.
    pub(crate) checksum: Checksum,
    /// The least Shannon entropy of a value, in hundredths of a bit per byte.
    pub(crate) entropy: u16,
    /// Words of which one must stand on the same line before the value; lower case. Empty: the shape is enough.
    pub(crate) near: Cow<'static, [Cow<'static, str>]>,
}

impl Rule {
    /// Whether one of the rule's words stands in a piece of text.
    pub(crate) fn is_near(&self, text: &[u8]) -> bool {
        self.near.iter().any(|word| {
            let word = word.as_bytes();
            text.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word))
        })
    }
}
