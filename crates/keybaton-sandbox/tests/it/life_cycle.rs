//! A key from its creation to its end, in every dialect.

use keybaton_sandbox::{Dialect, InitialKey, Operation, Options};
use reqwest::StatusCode;

use crate::rig::{ADMIN, Rig, Seen};

#[tokio::test]
async fn a_key_lives_from_create_to_destroy_in_every_dialect() {
    for dialect in Dialect::ALL {
        let rig = Rig::start(dialect).await;
        let made = rig.create("kb1-test").await;
        assert_eq!((rig.health(&made.value).await, rig.work(&made.value).await), (200, 200), "{dialect}");

        let tells = dialect != Dialect::Array;
        let (enabled, used) = (tells.then_some(true), tells.then_some(true));
        let listed = Seen { id: made.id.clone(), label: "kb1-test".to_owned(), enabled, used };
        assert_eq!(rig.list().await, [listed], "{dialect}");

        assert!(rig.destroy(&made.id).await.is_success(), "{dialect}");
        assert_eq!((rig.health(&made.value).await, rig.work(&made.value).await), (401, 401), "{dialect}");
        assert_eq!(rig.list().await, [], "{dialect}");
        let again = if dialect == Dialect::Nested { StatusCode::GONE } else { StatusCode::NOT_FOUND };
        assert_eq!(rig.destroy(&made.id).await, again, "{dialect}");
        rig.sandbox.stop().await;
    }
}

#[tokio::test]
async fn disabling_is_reversible_where_the_dialect_has_it() {
    for dialect in [Dialect::Acme, Dialect::Nested] {
        let rig = Rig::start(dialect).await;
        let made = rig.create("a").await;
        assert_eq!(rig.disable(&made.id).await, 200, "{dialect}");
        assert_eq!(rig.work(&made.value).await, 401, "{dialect}");
        assert_eq!(rig.list().await[0].enabled, Some(false), "{dialect}");
        assert_eq!(rig.enable(&made.id).await, 200, "{dialect}");
        assert_eq!(rig.work(&made.value).await, 200, "{dialect}");
    }
    let rig = Rig::start(Dialect::Array).await;
    let made = rig.create("a").await;
    assert_eq!(rig.disable(&made.id).await, 404);
    assert_eq!(rig.work(&made.value).await, 200);
}

#[tokio::test]
async fn unknown_ids_are_not_found() {
    for (dialect, id) in [(Dialect::Acme, "nobody"), (Dialect::Nested, "key/999+a"), (Dialect::Array, "999")] {
        let rig = Rig::start(dialect).await;
        assert_eq!(rig.destroy(id).await, 404, "{dialect}");
    }
}

#[tokio::test]
async fn the_nested_dialect_has_ids_that_must_be_escaped() {
    let rig = Rig::start(Dialect::Nested).await;
    let made = rig.create("a").await;
    assert!(made.id.contains('/') && made.id.contains('+'));
    let raw = rig.url(&format!("/api/admin/credentials/{}", made.id));
    assert_eq!(rig.signed(rig.client.delete(raw)).send().await.unwrap().status(), 404);
    assert_eq!(rig.work(&made.value).await, 200);
}

#[tokio::test]
async fn lists_come_in_pages_where_the_dialect_has_them() {
    for (dialect, sizes) in
        [(Dialect::Acme, vec![2, 2, 1]), (Dialect::Nested, vec![2, 2, 1]), (Dialect::Array, vec![5])]
    {
        let rig = Rig::with(Options { dialect, page_size: 2, ..Options::new(ADMIN) }).await;
        for n in 0..5 {
            rig.create(&format!("key {n}")).await;
        }
        let pages = rig.pages().await;
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), sizes, "{dialect}");
        let labels: Vec<_> = pages.into_iter().flatten().map(|key| key.label).collect();
        assert_eq!(labels, ["key 0", "key 1", "key 2", "key 3", "key 4"], "{dialect}");
    }
}

#[tokio::test]
async fn a_three_year_old_key_is_there_from_the_start() {
    for (dialect, id) in [(Dialect::Acme, "old"), (Dialect::Nested, "old/1"), (Dialect::Array, "17")] {
        let initial = vec![InitialKey::new(id, "three-year-old")];
        let rig = Rig::with(Options { dialect, initial, ..Options::new(ADMIN) }).await;
        assert_eq!(rig.work("three-year-old").await, 200, "{dialect}");
        assert_eq!(rig.list().await[0].id, id, "{dialect}");
        let age = age_in_days(&rig, id);
        assert!((1094..=1096).contains(&age), "{dialect}: {age} days");
    }
}

#[tokio::test]
async fn no_more_keys_than_fit_are_made() {
    for (dialect, status) in [(Dialect::Acme, 409), (Dialect::Nested, 422), (Dialect::Array, 409)] {
        let rig = Rig::with(Options { dialect, max_credentials: Some(1), ..Options::new(ADMIN) }).await;
        let made = rig.create("a").await;
        assert_eq!(rig.create_request("b").send().await.unwrap().status(), status, "{dialect}");
        assert_eq!(rig.sandbox.state().live_ids(), [made.id.as_str()], "{dialect}");
        rig.destroy(&made.id).await;
        rig.create("b").await;
    }
}

#[tokio::test]
async fn a_wrong_admin_credential_gets_a_true_401() {
    for dialect in Dialect::ALL {
        let rig = Rig::start(dialect).await;
        let impostor = match dialect {
            Dialect::Acme => rig.client.get(rig.url("/v1/keys")).bearer_auth("wrong"),
            Dialect::Nested => rig.client.get(rig.url("/api/admin/credentials")).header("X-Admin", "Token wrong"),
            Dialect::Array => rig.client.get(rig.url("/tokens")).basic_auth("admin", Some("wrong")),
        };
        assert_eq!(impostor.send().await.unwrap().status(), 401, "{dialect}");
        assert_eq!(rig.sandbox.state().calls(Operation::List), 0, "{dialect}");
    }
}

#[tokio::test]
async fn what_can_not_work_is_refused_at_the_start() {
    let public = Options { listen: "0.0.0.0:0".parse().unwrap(), ..Options::new(ADMIN) };
    let nameless =
        Options { dialect: Dialect::Array, initial: vec![InitialKey::new("abc", "v")], ..Options::new(ADMIN) };
    for options in [public, nameless, Options::new("")] {
        let error = keybaton_sandbox::Sandbox::start(options).await.err().unwrap();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    }
}

fn age_in_days(rig: &Rig, id: &str) -> i64 {
    let created = rig.sandbox.state().key(id).unwrap().created;
    jiff::Timestamp::now().duration_since(created).as_hours() / 24
}
