//! The answer to a read as this side holds it: the value in a type that wipes itself.

use std::fmt;

use keybaton_seal::SecretValue;
use keybaton_types::wire;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

/// The answer to a read.
pub(crate) type Document = wire::Value<Text>;

/// A value out of JSON. The limit is honest: what the parser unescapes on the way is not wiped; a value without escapes
/// takes no such way.
pub(crate) struct Text(pub(crate) SecretValue);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;

        impl Visitor<'_> for Texts {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
                self.visit_string(text.to_owned())
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Text, E> {
                SecretValue::from_text(text).map(Text).map_err(|_| E::custom("the value is too long"))
            }
        }
        deserializer.deserialize_str(Texts)
    }
}
