//! Keybaton's own token, and whom it is shown to.

use keybaton_ports::{Blame, Certainty};
use keybaton_testkit::fake::{Cluster, NAMESPACE};
use serde_json::json;

use super::rig::{NAME, TOKEN, by_token, follow, serves, vault};

#[tokio::test]
async fn the_token_of_a_pod_is_read_for_each_request_because_it_is_replaced() {
    let (cluster, folder) = (Cluster::start("first").await, tempfile::tempdir().unwrap());
    let file = folder.path().join("token");
    let settings = json!({ "url": cluster.url(), "namespace": NAMESPACE, "token_file": file });
    let vault = vault(&settings, NAME);
    let fault = follow(&*vault, 1, "value-1").await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::OurCredential, Certainty::NotSent), "{fault}");
    assert!(fault.to_string().contains("cannot be read"), "{fault}");
    std::fs::write(&file, "first\n").unwrap();
    follow(&*vault, 1, "value-1").await.unwrap();
    cluster.desk().tokens = ["second".to_owned()].into();
    let fault = follow(&*vault, 2, "value-2").await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::OurCredential, Certainty::NotSent), "{fault}");
    assert!(fault.to_string().contains("or it has ended") && !fault.to_string().contains("first"), "{fault}");
    std::fs::write(&file, "second\n").unwrap();
    follow(&*vault, 2, "value-2").await.unwrap();
    assert!(serves(&*vault, "value-2").await);
}

#[tokio::test]
async fn a_server_is_trusted_by_the_authority_of_the_settings_alone() {
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("ca.crt");
    let cluster = Cluster::with_tls(TOKEN, &authority).await;
    let trusting = vault(&by_token(&cluster.url(), &json!({ "ca_file": authority })), NAME);
    follow(&*trusting, 1, "value-1").await.unwrap();
    assert!(serves(&*trusting, "value-1").await);
    let requests = cluster.desk().requests.len();
    let doubting = vault(&by_token(&cluster.url(), &json!({})), NAME);
    let fault = follow(&*doubting, 2, "value-2").await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::Transient, Certainty::NotSent), "{fault}");
    assert_eq!(cluster.desk().requests.len(), requests, "nothing was asked of it");
}
