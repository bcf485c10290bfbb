//! Requests that are cut before or behind, and a server in trouble: what is said of the effect is true, and nothing that
//! was made is lost sight of.

use keybaton_ports::{Blame, Certainty, Create, Presented, Verdict};
use keybaton_testkit::server::OpenBao;
use serde_json::json;

use super::rig::{Rig, build, listed, make};
use crate::bench::{label, secret};
use crate::cutting::Lost;
use crate::tampering::Tampering;

/// More requests than any call has.
const MOST: usize = 4;

#[tokio::test]
async fn a_create_that_is_cut_anywhere_says_what_is_true_and_is_found_by_its_label() {
    let Some(bao) = OpenBao::shared().await else { return };
    let mut unknown = 0;
    for lost in [Lost::Message, Lost::Answer] {
        for request in 0..MOST {
            let rig = Rig::new(bao);
            let way = Tampering::cut(bao.port(), request, lost).await;
            let settings = rig.settings(&json!({ "url": format!("http://127.0.0.1:{}", way.port) }));
            let through = build(&settings, bao.root());
            let create = Create { secret: &secret(), label: &label(7), value: None, taken: &[] };
            let ended = through.create(create).await;
            let found = listed(&*rig.issuer(&json!({}))).await;
            assert!(found.iter().all(|(_, found)| found.as_deref() == Some(&label(7).0)), "{lost:?} {request}");
            match ended {
                Ok(made) => assert_eq!(found[0].0, made.id),
                Err(fault) => {
                    assert_eq!(fault.blame, Blame::Transient, "{fault}");
                    let is_unknown = fault.certainty == Certainty::Unknown;
                    assert!(found.is_empty() || is_unknown, "{lost:?} {request}: it happened, but {fault}");
                    unknown += usize::from(is_unknown);
                }
            }
        }
    }
    assert!(unknown >= 1, "{unknown} cuts are unknown");
}

#[tokio::test]
async fn a_destroy_that_is_cut_anywhere_says_what_is_true_and_the_same_again_is_success() {
    let Some(bao) = OpenBao::shared().await else { return };
    for lost in [Lost::Message, Lost::Answer] {
        for request in 0..MOST {
            let rig = Rig::new(bao);
            let issuer = rig.issuer(&json!({}));
            let made = make(&*issuer, 1).await;
            let way = Tampering::cut(bao.port(), request, lost).await;
            let settings = rig.settings(&json!({ "url": format!("http://127.0.0.1:{}", way.port) }));
            let ended = build(&settings, bao.root()).destroy(&made.id).await;
            let gone = listed(&*issuer).await.is_empty();
            match ended {
                Ok(()) => assert!(gone),
                Err(fault) => assert!(!gone || fault.certainty == Certainty::Unknown, "{lost:?} {request}: {fault}"),
            }
            issuer.destroy(&made.id).await.unwrap();
            assert_eq!(rig.verdict(&made).await, Verdict::Refused);
        }
    }
}

#[tokio::test]
async fn a_sealed_or_frozen_server_says_nothing_of_a_secret_id() {
    let Some(bao) = OpenBao::start().await else { return };
    let rig = Rig::new(&bao);
    let issuer = rig.issuer(&json!({ "timeout": "1s" }));
    let made = make(&*issuer, 1).await;
    let (probe, secret) = (rig.probe(), secret());
    let presented = Presented { secret: &secret, id: &made.id, value: made.value.as_ref().unwrap() };
    bao.seal();
    assert_eq!(probe.probe(presented).await.unwrap_err().blame, Blame::Transient);
    assert_eq!(issuer.destroy(&made.id).await.unwrap_err().certainty, Certainty::NotSent);
    bao.unseal().await;
    bao.freeze();
    let fault = issuer.destroy(&made.id).await.unwrap_err();
    bao.thaw();
    assert_eq!((fault.blame, fault.certainty), (Blame::Transient, Certainty::Unknown), "{fault}");
    // The first one may still be on its way in the server, and the second one collides with it.
    while let Err(fault) = issuer.destroy(&made.id).await {
        assert_eq!(fault.blame, Blame::Transient, "{fault}");
    }
    assert_eq!(probe.probe(presented).await.unwrap(), Verdict::Refused);
}
