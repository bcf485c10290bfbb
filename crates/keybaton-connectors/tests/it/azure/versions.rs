//! What is written: a new version each time, with our tag beside what others said, and what becomes of earlier ones.

use keybaton_ports::{Blame, Certainty, Seen};
use keybaton_testkit::server::Switch;
use serde_json::json;

use super::rig::{by_secret, follow, fresh, of, publish, secret, server, serves, tidy, vault};

#[tokio::test]
async fn a_version_carries_our_tag_its_dates_and_what_others_said() {
    let (server, name) = (server(), fresh("tags"));
    let settings = by_secret(&server, &server.url(), &json!({ "content_type": "text/plain", "expires": "90d" }));
    let vault = vault(&settings, &name);
    publish(&*vault, 4, "value-4").await.unwrap();
    let version = server.versions(&name).pop().unwrap();
    assert_eq!(version.tags["keybaton"], "kb1-c0ffee-contract-test-4.1 version=4 since=0 seen=");
    assert_eq!(version.content_type.as_deref(), Some("text/plain"));
    assert!(version.expires.is_some_and(|expires| expires > 1_700_000_000 + 90 * 86_400), "{:?}", version.expires);
    publish(&*of(&server, &name), 5, "value-5").await.unwrap();
    let next = server.versions(&name).pop().unwrap();
    assert_eq!(next.content_type.as_deref(), Some("text/plain"), "it is that of the version before");
    assert_eq!(next.expires, None);
}

#[tokio::test]
async fn the_same_publication_again_makes_no_version() {
    let (server, name) = (server(), fresh("again"));
    let vault = of(&server, &name);
    publish(&*vault, 1, "value-1").await.unwrap();
    publish(&*vault, 1, "value-1").await.unwrap();
    assert_eq!(server.versions(&name).len(), 1);
    assert!(server.put(&name, "another"));
    publish(&*vault, 1, "value-1").await.unwrap();
    assert!(server.versions(&name).len() == 3 && serves(&*vault, "value-1").await);
}

#[tokio::test]
async fn what_is_dead_is_disabled_and_nothing_else() {
    let (server, name) = (server(), fresh("dead"));
    let vault = of(&server, &name);
    assert!(server.put(&name, "adopted") && server.put(&name, "theirs"));
    publish(&*vault, 1, "value-1").await.unwrap();
    publish(&*vault, 2, "value-2").await.unwrap();
    assert_eq!(tidy(&*vault, &["adopted", "value-1", "value-2"]).await.unwrap(), 2, "what is served is not disabled");
    let enabled: Vec<bool> = server.versions(&name).iter().map(|version| version.enabled).collect();
    assert_eq!(enabled, [false, true, false, true]);
    assert_eq!(tidy(&*vault, &["adopted", "value-1"]).await.unwrap(), 0);
    let kept = by_secret(&server, &server.url(), &json!({ "old_versions": "keep" }));
    assert!(super::rig::vault(&kept, &name).tidying().is_none());
}

#[tokio::test]
async fn more_versions_than_a_page_holds_are_all_seen() {
    let (server, name) = (server(), fresh("many"));
    for number in 0..60 {
        assert!(server.put(&name, &format!("value-old-{number}")));
    }
    let vault = of(&server, &name);
    follow(&*vault, 1, "value-1").await.unwrap();
    assert!(serves(&*vault, "value-1").await);
}

#[tokio::test]
async fn what_somebody_wrote_in_between_is_shown_until_somebody_disables_it() {
    let (server, name) = (server(), fresh("between"));
    let vault = of(&server, &name);
    assert!(server.put(&name, "value-0"));
    follow(&*vault, 1, "value-1").await.unwrap();
    // As if it had been written between keybaton's look and its write.
    let ours = server.versions(&name).pop().unwrap();
    assert!(server.put(&name, "of-somebody"));
    let theirs = server.versions(&name).pop().unwrap();
    server.switch(&name, &theirs.id, Switch::Enabled);
    server.bring_to_front(&name, &ours.id);
    assert_eq!(server.get(&name).as_deref(), Some("value-1"), "consumers read ours");
    assert!(serves(&*vault, "of-somebody").await, "but nobody has seen theirs");
    let fault = follow(&*vault, 2, "value-2").await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::Rejected, Certainty::Refused), "{fault}");
    server.switch(&name, &theirs.id, Switch::Disabled);
    assert!(serves(&*vault, "value-1").await);
    follow(&*vault, 2, "value-2").await.unwrap();
    assert!(serves(&*vault, "value-2").await);
}

#[tokio::test]
async fn a_value_that_key_vault_does_not_take_is_refused_before_it_is_sent() {
    let (server, name) = (server(), fresh("long"));
    let vault = of(&server, &name);
    let fault = publish(&*vault, 1, &"x".repeat(25 * 1024 + 1)).await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::Rejected, Certainty::NotSent), "{fault}");
    assert!(matches!(vault.served(&secret()).await.unwrap(), Seen::Nothing));
    publish(&*vault, 1, &"x".repeat(25 * 1024)).await.unwrap();
}
