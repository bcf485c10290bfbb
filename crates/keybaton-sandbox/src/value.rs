//! The value of a key: what a consumer sends and what must never be shown.

use data_encoding::HEXLOWER;

const PREFIX: &str = "sk_sandbox_";
const RANDOM_BYTES: usize = 24;

/// A key's value. It has no `Debug` or `Display`, so that it can't slip into a log.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct KeyValue(String);

impl KeyValue {
    /// Takes over a value that exists already.
    pub(crate) fn existing(value: String) -> Self {
        Self(value)
    }

    /// Draws a new value, `sk_sandbox_` and 48 hexadecimal digits.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; RANDOM_BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(format!("{PREFIX}{}", HEXLOWER.encode(&bytes))))
    }

    /// Opens the value.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::KeyValue;

    #[test]
    fn two_values_differ_and_carry_the_prefix() {
        let (one, two) = (KeyValue::random().unwrap(), KeyValue::random().unwrap());
        assert!(one != two);
        assert!(one.reveal().starts_with("sk_sandbox_"));
        assert_eq!(one.reveal().len(), "sk_sandbox_".len() + 48);
    }
}
