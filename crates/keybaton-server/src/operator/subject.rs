//! What a path is about: a secret, or a rotation of one.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use keybaton_types::SecretId;

use crate::refusal::Refusal;

/// The secret of a path `…/{name}/{env}/…`.
pub(super) struct Subject(pub(super) SecretId);

/// The rotation of a path: `NAME.ENV.NUMBER`, and the secret that it is of.
pub(super) struct Turned {
    pub(super) secret: SecretId,
    pub(super) name: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Subject {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Path((name, env)) = path.map_err(|_| Refusal::malformed("the path names no secret"))?;
        secret(&name, &env).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Turned {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let Path(name) = path.map_err(|_| Refusal::malformed("the path names no rotation"))?;
        rotation(&name).ok_or_else(|| Refusal::malformed("a rotation is named NAME.ENV.NUMBER"))
    }
}

/// A secret by the two parts of its name.
pub(super) fn secret(name: &str, env: &str) -> Result<SecretId, Refusal> {
    SecretId::new(name, env)
        .map_err(|_| Refusal::malformed("this is not the name of a secret: NAME/ENV of a-z, 0-9, _ and -"))
}

/// A secret as `NAME/ENV`.
pub(super) fn whole(text: &str) -> Result<SecretId, Refusal> {
    let (name, env) = text.split_once('/').unwrap_or((text, ""));
    secret(name, env)
}

fn rotation(text: &str) -> Option<Turned> {
    let (of, number) = text.rsplit_once('.')?;
    let (name, env) = of.split_once('.')?;
    let plain = !number.is_empty() && number.len() <= 20 && number.bytes().all(|byte| byte.is_ascii_digit());
    let secret = SecretId::new(name, env).ok().filter(|_| plain)?;
    Some(Turned { secret, name: text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rotation_is_named_after_its_secret() {
        let turned = rotation("payments.prod.12").unwrap();
        assert_eq!((turned.secret.to_string().as_str(), turned.name.as_str()), ("payments/prod", "payments.prod.12"));
        for text in ["", "payments", "payments.prod", "payments.prod.", "payments.prod.x", "a.b.c.1", "A.b.1", "a.b.-1"]
        {
            assert!(rotation(text).is_none(), "{text:?}");
        }
    }
}
