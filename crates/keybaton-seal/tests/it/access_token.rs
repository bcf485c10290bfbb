//! Access tokens: drawn, taken from a text, hashed.

use keybaton_seal::{AccessToken, Error, SecretValue, draw_token_id};
use keybaton_types::is_token;

#[expect(clippy::disallowed_methods, reason = "a test looks at the token that it drew")]
fn text(token: &AccessToken) -> Vec<u8> {
    token.text().expose().to_vec()
}

#[test]
fn a_drawn_token_is_one_and_two_differ() {
    let (one, two) = (AccessToken::draw().unwrap(), AccessToken::draw().unwrap());
    assert!(is_token(&text(&one)));
    let again = AccessToken::parse(SecretValue::new(text(&one)).unwrap()).unwrap();
    assert_eq!(again.hash(), one.hash());
    assert_ne!(one.hash(), two.hash());
    assert_eq!(one.hash().0.len(), 64);
    assert_ne!(draw_token_id().unwrap(), draw_token_id().unwrap());
}

#[test]
fn a_text_that_is_no_token_is_refused_without_repeating_it() {
    let error = AccessToken::parse(SecretValue::from_text("kbt_canary".to_owned()).unwrap()).err().unwrap();
    assert!(matches!(error, Error::TokenMalformed));
    assert!(!error.to_string().contains("canary"), "{error}");
}
