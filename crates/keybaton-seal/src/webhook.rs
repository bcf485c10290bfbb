//! Signatures of webhooks after Standard Webhooks (symmetric, `v1`). What is signed and when is the caller's.

use aws_lc_rs::hmac;
use data_encoding::{BASE64, BASE64_NOPAD};
use zeroize::Zeroizing;

use crate::{Error, SecretValue};

/// What stands before the base64 of a key in its text.
const PREFIX: &[u8] = b"whsec_";

/// How many bytes a key may have, as the specification says.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// A key that signs webhooks; wiped when dropped as far as the library does it.
pub struct WebhookKey(hmac::Key);

impl WebhookKey {
    /// Reads `whsec_` and base64, as the receivers' libraries do; the prefix may be missing.
    pub fn read(secret: &SecretValue) -> Result<Self, Error> {
        #[expect(clippy::disallowed_methods, reason = "the key that signs webhooks is made of the text of its secret")]
        let text = secret.expose();
        let text = text.strip_prefix(PREFIX).unwrap_or(text);
        let unpadded = text.strip_suffix(b"==").or_else(|| text.strip_suffix(b"=")).unwrap_or(text);
        let bytes = Zeroizing::new(BASE64_NOPAD.decode(unpadded).map_err(|_| Error::WebhookKeyMalformed)?);
        if !LENGTHS.contains(&bytes.len()) {
            return Err(Error::WebhookKeyMalformed);
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }

    /// The signature of one message, as it stands in the header `webhook-signature`.
    pub fn sign(&self, id: &str, unix_seconds: i64, body: &[u8]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(format!("{id}.{unix_seconds}.").as_bytes());
        context.update(body);
        format!("v1,{}", BASE64.encode(context.sign().as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Result<WebhookKey, Error> {
        WebhookKey::read(&SecretValue::from_text(text.to_owned()).unwrap())
    }

    #[test]
    fn the_example_of_the_specification_is_signed_as_it_says() {
        let key = key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in ["", "whsec_", "whsec_!!", "whsec_c2hvcnQ=", "a password"] {
            assert!(matches!(key(text), Err(Error::WebhookKeyMalformed)), "{text}");
        }
        assert!(key("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").is_ok(), "the prefix is not part of the key");
    }
}
