//! Access tokens, on both stores.

use std::{sync::Arc, time::Duration};

use keybaton_ports::{Grant, Store, Tokens, Verified};
use keybaton_seal::AccessToken;
use keybaton_store::Memory;
use keybaton_types::{Domain, Installation, Powers, Role, TokenHash, TokenLife, Values};

use crate::house::{Place, at, secret};

/// A store that keeps ledgers and tokens.
trait Both: Store + Tokens {}

impl<T: Store + Tokens> Both for T {}

macro_rules! suite {
    ($($name:ident),* $(,)?) => {
        mod memory {
            $(#[tokio::test]
            async fn $name() {
                let place = crate::house::Place::new();
                super::$name(&super::memory(&place), &place).await;
            })*
        }
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                let place = crate::house::Place::new();
                super::$name(&place.make().await, &place).await;
            })*
        }
    };
}

suite![
    a_token_is_found_by_its_hash_until_it_runs_out,
    a_revoked_token_is_refused_and_stays_in_the_list,
    making_and_revoking_are_in_the_audit_of_each_secret,
    the_last_use_only_grows,
    two_tokens_never_share_a_hash,
    a_token_keeps_its_role,
];

fn memory(place: &Place) -> Memory {
    Memory::new(Installation("a1b2c3".to_owned()), Arc::new(place.clock.clone()))
}

fn grant(id: &str, hash: &str) -> Grant {
    Grant {
        id: id.parse().unwrap(),
        hash: TokenHash(hash.to_owned()),
        role: Role::Reader,
        consumer: "billing".to_owned(),
        secrets: vec![secret("a/prod"), secret("b/prod")],
        life: TokenLife::new(Duration::from_secs(100)).unwrap(),
        by: "me".to_owned(),
    }
}

async fn a_token_is_found_by_its_hash_until_it_runs_out(store: &impl Both, place: &Place) {
    let hash = AccessToken::draw().unwrap().hash();
    let made = store.create_token(&grant("aaaaaaaa", &hash.0)).await.unwrap();
    assert_eq!((made.created, made.expires, made.used, made.revoked), (at(1_000), at(1_100), None, None));
    assert_eq!(store.bearer(&hash).await.unwrap(), Some(made.clone()));
    assert_eq!(store.bearer(&TokenHash("other".to_owned())).await.unwrap(), None);
    place.clock.advance(Duration::from_secs(100) - Duration::from_micros(1));
    assert_eq!(store.bearer(&hash).await.unwrap(), Some(made.clone()));
    place.clock.advance(Duration::from_micros(1));
    assert_eq!(store.bearer(&hash).await.unwrap(), None);
    assert_eq!(store.tokens().await.unwrap(), [made]);
}

async fn a_revoked_token_is_refused_and_stays_in_the_list(store: &impl Both, place: &Place) {
    let made = store.create_token(&grant("aaaaaaaa", "one")).await.unwrap();
    place.clock.advance(Duration::from_secs(1));
    let later = store.create_token(&grant("bbbbbbbb", "two")).await.unwrap();
    let revoked = store.revoke_token(&made.id, "you").await.unwrap().unwrap();
    assert_eq!(revoked.revoked, Some(at(1_001)));
    assert_eq!(store.bearer(&TokenHash("one".to_owned())).await.unwrap(), None);
    assert!(store.bearer(&TokenHash("two".to_owned())).await.unwrap().is_some());
    place.clock.advance(Duration::from_secs(1));
    assert_eq!(store.revoke_token(&made.id, "you").await.unwrap(), Some(revoked.clone()), "it is revoked once");
    assert_eq!(store.tokens().await.unwrap(), [later, revoked]);
    assert_eq!(store.revoke_token(&"cccccccc".parse().unwrap(), "you").await.unwrap(), None);
}

async fn making_and_revoking_are_in_the_audit_of_each_secret(store: &impl Both, _: &Place) {
    store.enroll(&secret("a/prod")).await.unwrap();
    let made = store.create_token(&grant("aaaaaaaa", "0123456789abcdef")).await.unwrap();
    store.revoke_token(&made.id, "you").await.unwrap();
    for name in ["a/prod", "b/prod"] {
        let rows = store.audit_rows(Some(&secret(name)), 0, 9).await.unwrap();
        assert_eq!(rows.len(), 2, "{name}");
        assert!(rows[0].body.contains("aaaaaaaa") && rows[0].body.contains("billing"), "{}", rows[0].body);
        assert!(rows[1].body.contains("revoked") && rows[1].body.contains("\"you\""), "{}", rows[1].body);
        assert!(!rows[0].body.contains("0123456789abcdef"), "the hash is in the audit");
    }
    assert_eq!(store.audit_verify(None).await.unwrap(), Verified::unsigned(4));
}

async fn the_last_use_only_grows(store: &impl Both, place: &Place) {
    let made = store.create_token(&grant("aaaaaaaa", "one")).await.unwrap();
    place.clock.advance(Duration::from_secs(5));
    store.touch_token(&made.id).await.unwrap();
    place.clock.set(at(1_002));
    store.touch_token(&made.id).await.unwrap();
    assert_eq!(store.tokens().await.unwrap()[0].used, Some(at(1_005)));
    store.touch_token(&"cccccccc".parse().unwrap()).await.unwrap();
}

async fn two_tokens_never_share_a_hash(store: &impl Both, _: &Place) {
    store.create_token(&grant("aaaaaaaa", "one")).await.unwrap();
    store.create_token(&grant("bbbbbbbb", "one")).await.unwrap_err();
    store.create_token(&grant("aaaaaaaa", "two")).await.unwrap_err();
    assert_eq!(store.tokens().await.unwrap().len(), 1);
    assert_eq!(store.audit_rows(None, 0, 9).await.unwrap().len(), 2, "what was refused left a row");
}

async fn a_token_keeps_its_role(store: &impl Both, _: &Place) {
    let role = Role::Operator(Powers { domain: Domain::All, values: Values::Hidden });
    store.create_token(&Grant { role, ..grant("aaaaaaaa", "one") }).await.unwrap();
    let kept = store.bearer(&TokenHash("one".to_owned())).await.unwrap().unwrap();
    assert_eq!(kept.role, role);
    store.create_token(&grant("bbbbbbbb", "two")).await.unwrap();
    assert_eq!(store.bearer(&TokenHash("two".to_owned())).await.unwrap().unwrap().role, Role::Reader);
    let rows = store.audit_rows(Some(&secret("a/prod")), 0, 9).await.unwrap();
    assert!(rows[0].body.contains("as operator all"), "{}", rows[0].body);
}
