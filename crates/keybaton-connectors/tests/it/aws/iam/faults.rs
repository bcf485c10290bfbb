//! Requests that are cut before or behind: what is said of the effect is true, and nothing that was made is lost sight of.

use keybaton_ports::{Blame, Certainty, Create, Verdict};
use keybaton_testkit::server::Aws;
use serde_json::json;

use super::rig::{Rig, make};
use crate::bench::{label, secret};
use crate::cutting::Lost;
use crate::tampering::Tampering;

/// More requests than any call has.
const MOST: usize = 4;

#[tokio::test]
async fn a_create_that_is_cut_anywhere_says_what_is_true() {
    let Some(aws) = Aws::ministack().await else { return };
    let mut unknown = 0;
    for lost in [Lost::Message, Lost::Answer] {
        for request in 0..MOST {
            let rig = Rig::new(aws);
            let way = Tampering::cut(aws.port(), request, lost).await;
            let through = rig.issuer_at(&format!("http://127.0.0.1:{}", way.port), &json!({}));
            let create = Create { secret: &secret(), label: &label(7), value: None, taken: &[] };
            let ended = through.create(create).await;
            let there = rig.ids();
            match ended {
                Ok(made) => assert_eq!((there, rig.verdict(&made).await), (vec![made.id.0], Verdict::Accepted)),
                Err(fault) => {
                    assert_eq!((fault.blame, fault.certainty), (Blame::Transient, Certainty::Unknown), "{fault}");
                    assert_eq!(there.len(), usize::from(lost == Lost::Answer), "{lost:?} {request}");
                    unknown += 1;
                }
            }
        }
    }
    assert_eq!(unknown, 2, "the mark is worth no key");
}

#[tokio::test]
async fn a_destroy_or_a_switch_that_is_cut_anywhere_says_what_is_true_and_the_same_again_is_success() {
    let Some(aws) = Aws::ministack().await else { return };
    for lost in [Lost::Message, Lost::Answer] {
        for request in 0..MOST {
            let rig = Rig::new(aws);
            let direct = rig.issuer(&json!({}));
            let made = make(&*direct, 1).await;
            let way = Tampering::cut(aws.port(), request, lost).await;
            let through = rig.issuer_at(&format!("http://127.0.0.1:{}", way.port), &json!({}));
            let ended = through.switching().unwrap().disable(&made.id).await;
            let off = rig.verdict(&made).await == Verdict::Refused;
            let is_true = ended.map_or_else(|fault| !off || fault.certainty == Certainty::Unknown, |()| off);
            assert!(is_true, "{lost:?} {request}");
            direct.switching().unwrap().disable(&made.id).await.unwrap();
            let way = Tampering::cut(aws.port(), request, lost).await;
            let through = rig.issuer_at(&format!("http://127.0.0.1:{}", way.port), &json!({}));
            let ended = through.destroy(&made.id).await;
            let gone = rig.ids().is_empty();
            let is_true = ended.map_or_else(|fault| !gone || fault.certainty == Certainty::Unknown, |()| gone);
            assert!(is_true, "{lost:?} {request}");
            direct.destroy(&made.id).await.unwrap();
            assert_eq!(rig.verdict(&made).await, Verdict::Refused);
        }
    }
}
