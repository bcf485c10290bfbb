//! Calls that get no answer: what never left us is told from what may have arrived.

use keybaton_connectors::http::HttpIssuer;
use keybaton_ports::{Blame, Certainty, Issuer};
use keybaton_sandbox::{Dialect, Fault as Sabotage, Operation};
use keybaton_types::IssuedId;
use tokio::net::TcpListener;

use super::dialect;
use super::fake::Fake;
use super::rig::{ADMIN, Rig, create, secret, text};

fn at(base: &str) -> HttpIssuer {
    HttpIssuer::new(&dialect::issuer(Dialect::Acme, base), &secret(), vec![text(ADMIN)]).unwrap()
}

#[tokio::test]
async fn what_finds_no_server_was_not_sent() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let plain = Fake::saying(200, "{}").await;
    for base in [
        format!("http://{closed}"),
        "https://keybaton.invalid".to_owned(),
        // A server that does not speak TLS: the handshake fails.
        plain.url.replace("http://", "https://"),
    ] {
        let fault = create(&at(&base), "kb1-a1b2c3-payments-prod-1").await.err().unwrap();
        assert_eq!((fault.certainty, fault.blame), (Certainty::NotSent, Blame::Transient), "{base}: {fault}");
        assert!(fault.what.contains("POST /v1/keys at "), "{fault}");
    }
    assert!(plain.asked().is_empty());
}

#[tokio::test]
async fn what_may_have_arrived_is_unknown() {
    for (sabotage, happened) in [
        (Sabotage::RefuseBefore, false),
        (Sabotage::ResetAfterDone, true),
        (Sabotage::HangNotDone { ms: 5000 }, false),
        (Sabotage::DoneThenHang { ms: 5000 }, true),
        (Sabotage::ErrorDone { status: 502 }, true),
        (Sabotage::TooManyRequests { retry_after: 1 }, false),
    ] {
        let rig = Rig::start(Dialect::Acme).await;
        rig.sandbox.state().push_fault(Operation::Create, sabotage.clone());
        let fault = rig.create("kb1-a1b2c3-payments-prod-1").await.err().unwrap();
        assert_eq!((fault.certainty, fault.blame), (Certainty::Unknown, Blame::Transient), "{sabotage:?}: {fault}");
        assert_eq!(rig.sandbox.state().live_ids().len(), usize::from(happened), "{sabotage:?}");
        assert_eq!(rig.sandbox.state().calls(Operation::Create), 1, "{sabotage:?}: nothing is sent twice");
    }
}

#[tokio::test]
async fn a_call_ends_with_its_time_out_however_the_body_comes() {
    for sabotage in [Sabotage::DoneThenHang { ms: 30_000 }, Sabotage::SlowDrip { every_ms: 50, for_ms: 30_000 }] {
        let rig = Rig::start(Dialect::Acme).await;
        rig.sandbox.state().push_fault(Operation::Create, sabotage);
        let begun = tokio::time::Instant::now();
        let fault = rig.create("kb1-a1b2c3-payments-prod-1").await.err().unwrap();
        assert!(begun.elapsed().as_secs() < 5, "it took {:?}", begun.elapsed());
        assert_eq!(fault.certainty, Certainty::Unknown);
        assert!(fault.what.ends_with("no whole answer within 500ms"), "{fault}");
    }
}

#[tokio::test]
async fn a_whole_list_ends_with_one_time_out() {
    let rig = Rig::with(Dialect::Acme, |options| options.page_size = 1, |_| {}).await;
    for label in ["a", "b", "c"] {
        rig.sandbox.state().create(label).unwrap();
    }
    for _page in 0..3 {
        rig.sandbox.state().push_fault(Operation::List, Sabotage::DoneThenHang { ms: 300 });
    }
    let fault = rig.list().await.unwrap_err();
    assert!(fault.what.contains("no whole answer within 500ms"), "{fault}");
}

#[tokio::test]
async fn nothing_is_sent_for_a_credential_without_an_id() {
    let fake = Fake::saying(200, "{}").await;
    let issuer = at(&fake.url);
    let fault = issuer.destroy(&IssuedId(String::new())).await.unwrap_err();
    assert_eq!(fault.certainty, Certainty::NotSent);
    assert!(fake.asked().is_empty());
}
