//! Answers that no client should swallow, from a service in every dialect.

use axum::http::{StatusCode, header::LOCATION};
use axum::response::IntoResponse;
use keybaton_ports::{Blame, Certainty};
use keybaton_sandbox::{Dialect, Fault as Sabotage, Operation};

use super::fake::Fake;
use super::rig::Rig;

#[tokio::test]
async fn a_spoiled_answer_to_create_is_unknown_and_says_what_is_wrong() {
    for dialect in Dialect::ALL {
        for (sabotage, words) in [
            (Sabotage::BrokenJson, "the answer is not JSON"),
            (Sabotage::HugeBody { bytes: 2 * 1024 * 1024 }, "more than 1 MiB"),
            (Sabotage::WrongTypes, " is a"),
            (Sabotage::MissingField { field: None }, "finds nothing"),
        ] {
            let rig = Rig::start(dialect).await;
            rig.sandbox.state().push_fault(Operation::Create, sabotage.clone());
            let fault = rig.create("kb1-a1b2c3-payments-prod-1").await.err().unwrap();
            assert_eq!((fault.certainty, fault.blame), (Certainty::Unknown, Blame::Corrupt), "{dialect} {sabotage:?}");
            assert!(fault.what.contains(words) && fault.what.starts_with("POST /"), "{dialect} {sabotage:?}: {fault}");
        }
    }
}

#[tokio::test]
async fn a_spoiled_list_is_no_list() {
    for dialect in Dialect::ALL {
        for sabotage in [
            Sabotage::BrokenJson,
            Sabotage::HugeBody { bytes: 2 * 1024 * 1024 },
            Sabotage::WrongTypes,
            Sabotage::MissingField { field: None },
            Sabotage::ErrorNotDone { status: 503 },
            Sabotage::EchoAdmin,
        ] {
            let rig = Rig::start(dialect).await;
            rig.sandbox.state().create("foreign").unwrap();
            rig.sandbox.state().push_fault(Operation::List, sabotage.clone());
            let fault = rig.list().await.unwrap_err();
            assert_eq!(fault.certainty, Certainty::Unknown, "{dialect} {sabotage:?}: {fault}");
            assert_eq!(rig.list().await.unwrap().len(), 1, "{dialect}: the next one is whole");
        }
    }
}

#[tokio::test]
async fn a_one_mebibyte_answer_is_read_when_it_is_honest() {
    let rig = Rig::start(Dialect::Acme).await;
    rig.sandbox.state().push_fault(Operation::Create, Sabotage::HugeBody { bytes: 1024 * 1024 - 4096 });
    assert!(rig.create("kb1-a1b2c3-payments-prod-1").await.is_ok());
}

#[tokio::test]
async fn a_redirect_is_never_followed_with_our_credential() {
    let elsewhere = Fake::saying(200, r#"{"id":"k1","secret":"s","keys":[]}"#).await;
    let rig = Rig::start(Dialect::Acme).await;
    for operation in [Operation::Create, Operation::List] {
        rig.sandbox.state().push_fault(operation, Sabotage::Redirect { to: elsewhere.url.clone() });
    }
    let faults = [rig.create("kb1-a1b2c3-payments-prod-1").await.err(), rig.list().await.err()];
    for fault in faults.map(Option::unwrap) {
        assert_eq!((fault.certainty, fault.blame), (Certainty::Unknown, Blame::Rejected), "{fault}");
        assert!(fault.what.contains("307 Temporary Redirect: a redirect, which is never followed"), "{fault}");
    }
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test]
async fn a_redirect_to_itself_is_not_followed_either() {
    let fake =
        Fake::start(|_, url| (StatusCode::SEE_OTHER, [(LOCATION, format!("{url}/other"))]).into_response()).await;
    let settings = super::dialect::issuer(Dialect::Acme, &fake.url);
    let admin = super::rig::text(super::rig::ADMIN);
    let issuer = keybaton_connectors::http::HttpIssuer::new(&settings, &super::rig::secret(), vec![admin]).unwrap();
    assert!(super::rig::create(&issuer, "kb1-a1b2c3-payments-prod-1").await.is_err());
    assert_eq!(fake.asked().len(), 1);
}
