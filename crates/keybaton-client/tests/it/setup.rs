//! How a client is set up, and what it shows of itself.

use keybaton_client::{Access, Client, Error};

use crate::fake::{self, Fake, SECRET};

#[tokio::test]
async fn plain_http_beyond_loopback_is_refused() {
    let error = Client::builder("http://keys.example", Access::by_socket()).build().unwrap_err();
    assert!(matches!(error, Error::Server(_)), "{error:?}");
    let why = std::error::Error::source(&error).unwrap().to_string();
    assert!(why.contains("this machine only") && error.hint().contains("https://"), "{why}");
}

#[test]
fn a_client_needs_a_runtime() {
    let error = fake::builder("http://127.0.0.1:9").build().unwrap_err();
    assert!(matches!(error, Error::Runtime), "{error:?}");
}

#[tokio::test]
async fn a_name_that_is_none_and_an_instance_that_is_none_are_refused() {
    let client = fake::builder("http://127.0.0.1:9").build().unwrap();
    assert!(matches!(client.secret("payments"), Err(Error::Name(_))));
    for instance in ["", "a b", "a\nb", "ü", &"x".repeat(129)] {
        let built = fake::builder("http://127.0.0.1:9").instance(instance).build();
        assert!(matches!(built, Err(Error::Instance(_))), "{instance:?}");
    }
}

#[tokio::test]
async fn authorities_that_cannot_be_read_are_named() {
    let error = fake::builder("https://127.0.0.1:9").authorities("/nowhere/ca.pem").build().unwrap_err();
    assert!(error.to_string().contains("/nowhere/ca.pem"), "{error}");
}

#[tokio::test]
async fn nothing_that_can_be_printed_holds_the_value_or_the_token() {
    let fake = Fake::start().await;
    let client = fake.client();
    let handle = client.secret(SECRET).unwrap();
    let lent = handle.ready().await.unwrap();
    let shown = format!("{client:?} {handle:?} {lent:?} {:?}", handle.notices());
    assert!(!shown.contains("v4lue") && !shown.contains(fake::TOKEN), "{shown}");
}

#[tokio::test]
async fn a_missing_token_is_named_by_its_place() {
    let error = Access::env("KEYBATON_TEST_NO_SUCH_TOKEN").err().unwrap();
    assert!(error.to_string().contains("KEYBATON_TEST_NO_SUCH_TOKEN"), "{error}");
    let client = Client::builder("http://127.0.0.1:9", Access::file("/nowhere/token")).build().unwrap();
    let error = client.secret(SECRET).unwrap().ready().await.unwrap_err();
    assert!(error.to_string().contains("/nowhere/token"), "{error}");
}
