//! What others own, write and take away: it is told, and never lost.

use keybaton_ports::{Blame, Certainty, Replaces, Seen};
use keybaton_testkit::fake::Cluster;
use serde_json::json;

use super::rig::{NAME, TOKEN, by_token, follow, of, secret, serves, vault, write};
use crate::tampering::Tampering;

#[tokio::test]
async fn a_field_of_another_manager_is_taken_over_only_where_the_settings_say_so() {
    let cluster = Cluster::start(TOKEN).await;
    cluster.write(NAME, &[("value", "value-0")]);
    let refusing = of(&cluster, &json!({}));
    let fault = follow(&*refusing, 1, "value-1").await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::Rejected, Certainty::NotSent), "{fault}");
    let words = fault.to_string();
    assert!(words.contains("data.value of shop/payments-prod") && words.contains("kubectl-edit"), "{words}");
    assert_eq!(cluster.value(NAME, "value").unwrap(), b"value-0");
    let taking = of(&cluster, &json!({ "fields_of_others": "take" }));
    follow(&*taking, 1, "value-1").await.unwrap();
    assert_eq!(cluster.value(NAME, "value.previous").unwrap(), b"value-0");
    follow(&*refusing, 2, "value-2").await.unwrap();
    assert!(serves(&*refusing, "value-2").await, "from then on the field is ours");
}

#[tokio::test]
async fn a_value_of_somebody_else_is_not_overwritten_even_then() {
    let cluster = Cluster::start(TOKEN).await;
    let taking = of(&cluster, &json!({ "fields_of_others": "take" }));
    follow(&*taking, 1, "value-1").await.unwrap();
    cluster.write(NAME, &[("value", "by-hand")]);
    let fault = follow(&*taking, 2, "value-2").await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::Rejected, Certainty::Refused), "{fault}");
    assert_eq!(cluster.value(NAME, "value").unwrap(), b"by-hand");
    write(&*taking, 3, "value-3", Replaces::Anything).await.unwrap();
    assert_eq!(
        cluster.value(NAME, "value.previous").unwrap(),
        b"by-hand",
        "where a person says so, it stays as the one before"
    );
}

#[tokio::test]
async fn a_secret_that_is_deleted_in_between_is_not_made_anew_by_a_late_write() {
    for request in 0..3 {
        let cluster = std::sync::Arc::new(Cluster::start(TOKEN).await);
        follow(&*of(&cluster, &json!({})), 1, "value-1").await.unwrap();
        let eraser = std::sync::Arc::clone(&cluster);
        let way = Tampering::before(cluster.port(), request, move || eraser.delete("secrets", NAME)).await;
        let met = vault(&by_token(&format!("http://127.0.0.1:{}", way.port), &json!({})), NAME);
        let ended = follow(&*met, 2, "value-2").await;
        if request != 1 {
            ended.unwrap();
            continue;
        }
        let fault = ended.unwrap_err();
        assert_eq!((fault.blame, fault.certainty), (Blame::Rejected, Certainty::Refused), "{fault}");
        assert!(matches!(met.served(&secret()).await.unwrap(), Seen::Nothing));
        follow(&*met, 2, "value-2").await.unwrap();
        assert!(serves(&*met, "value-2").await, "the next one makes it");
    }
}

#[tokio::test]
async fn a_change_of_another_field_in_between_is_kept_and_the_write_is_done_again() {
    let cluster = std::sync::Arc::new(Cluster::start(TOKEN).await);
    follow(&*of(&cluster, &json!({})), 1, "value-1").await.unwrap();
    let writer = std::sync::Arc::clone(&cluster);
    let way = Tampering::before(cluster.port(), 1, move || writer.write(NAME, &[("user", "shop")])).await;
    let met = vault(&by_token(&format!("http://127.0.0.1:{}", way.port), &json!({})), NAME);
    let fault = follow(&*met, 2, "value-2").await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::Rejected, Certainty::Refused), "{fault}");
    follow(&*met, 2, "value-2").await.unwrap();
    assert_eq!(
        (cluster.value(NAME, "user").unwrap(), cluster.value(NAME, "value").unwrap()),
        (b"shop".to_vec(), b"value-2".to_vec())
    );
}

#[tokio::test]
async fn a_write_that_landed_and_lost_its_answer_is_recognised() {
    for lost in [crate::cutting::Lost::Message, crate::cutting::Lost::Answer] {
        let cluster = Cluster::start(TOKEN).await;
        follow(&*of(&cluster, &json!({})), 1, "value-1").await.unwrap();
        let way = Tampering::cut(cluster.port(), 1, lost).await;
        let met = vault(&by_token(&format!("http://127.0.0.1:{}", way.port), &json!({})), NAME);
        let fault = follow(&*met, 2, "value-2").await.unwrap_err();
        assert_eq!((fault.blame, fault.certainty), (Blame::Transient, Certainty::Unknown), "{fault}");
        follow(&*met, 2, "value-2").await.unwrap();
        assert_eq!(cluster.value(NAME, "value.previous").unwrap(), b"value-1", "{lost:?}: done once");
    }
}
