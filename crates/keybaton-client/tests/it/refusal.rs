//! Keybaton refuses the reader, or does not know the secret.

use std::time::Duration;

use keybaton_client::{Access, Client, Error};

use crate::fake::{Fake, Mode, SECRET, TOKEN, until};

#[tokio::test]
async fn a_reader_that_is_cut_off_has_its_values_wiped() {
    for status in [401, 403] {
        let fake = Fake::start().await;
        let client = fake.client();
        let handle = client.secret(SECRET).unwrap();
        handle.ready().await.unwrap();
        fake.behave(Mode::Status(status));
        until("the value is wiped", || handle.get().is_err()).await;
        let error = handle.get().unwrap_err();
        assert!(matches!(&error, Error::Denied { status: s, .. } if *s == status), "{error:?}");
        let said = format!("{error} {}", error.hint());
        assert!(said.contains("as the test wants") && said.contains("wiped") && said.contains("token list"), "{said}");
        assert_eq!(handle.notices().version, None);
    }
}

#[tokio::test]
async fn a_refused_token_wipes_every_secret_and_a_forbidden_secret_only_itself() {
    let fake = Fake::start().await;
    let mail = crate::fake::Served::version(3);
    fake.desk().served.insert("mail/prod".to_owned(), mail);
    let client = fake.builder().holds(1).build().unwrap();
    let (one, other) = (client.secret(SECRET).unwrap(), client.secret("mail/prod").unwrap());
    one.ready().await.unwrap();
    other.ready().await.unwrap();
    fake.until("a held request", |fake| fake.desk().reads.iter().any(|read| read.wait.is_some())).await;
    fake.desk().token = "kbt_another".to_owned();
    fake.behave(Mode::Well);
    until("both are wiped", || one.get().is_err() && other.get().is_err()).await;
}

#[tokio::test]
async fn a_wrong_token_is_an_error_that_does_not_show_it() {
    let fake = Fake::start().await;
    fake.desk().token = "kbt_another".to_owned();
    let error = fake.client().secret(SECRET).unwrap().ready().await.unwrap_err();
    assert!(matches!(error, Error::Denied { status: 401, .. }), "{error:?}");
    assert!(!format!("{error:?} {error}").contains(TOKEN), "{error}");
}

#[tokio::test]
async fn a_token_that_is_replaced_in_its_file_is_used_from_the_next_request_on() {
    let (fake, folder) = (Fake::start().await, tempfile::tempdir().unwrap());
    let path = folder.path().join("token");
    std::fs::write(&path, format!("{TOKEN}\n")).unwrap();
    let client = Client::builder(&fake.url, Access::file(&path)).instance("billing-0").build().unwrap();
    let handle = client.secret(SECRET).unwrap();
    handle.ready().await.unwrap();
    std::fs::write(&path, "kbt_the-next-token").unwrap();
    fake.desk().token = "kbt_the-next-token".to_owned();
    fake.serve(crate::fake::Served::version(2));
    until("version 2", || handle.get().is_ok_and(|lent| lent.version().0 == 2)).await;
}

#[tokio::test]
async fn an_unknown_secret_is_asked_for_once_however_many_want_it() {
    let fake = Fake::start().await;
    let client = fake.client();
    let handle = client.secret("nobody/prod").unwrap();
    for _ in 0..40 {
        let error = handle.ready().await.unwrap_err();
        assert!(matches!(error, Error::Unknown(_)), "{error:?}");
    }
    assert_eq!(fake.reads(), 1);
}

#[tokio::test]
async fn a_secret_that_vanishes_stays_usable_in_its_term() {
    let fake = Fake::start().await;
    let client = fake.client();
    let handle = client.secret(SECRET).unwrap();
    handle.ready().await.unwrap();
    fake.desk().served.clear();
    fake.behave(Mode::Well);
    until("the trouble is known", || handle.notices().trouble.is_some()).await;
    assert_eq!(handle.get().unwrap().version().0, 1);
    assert!(handle.notices().trouble.as_ref().unwrap().contains("does not know"), "{:?}", handle.notices());
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(fake.desk().reads.iter().filter(|read| read.wait.is_none()).count(), 1);
}
