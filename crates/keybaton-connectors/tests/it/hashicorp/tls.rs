//! Over TLS: only a server whose certificate an authority of the settings signed.

use keybaton_ports::Certainty;
use keybaton_testkit::server::OpenBao;
use serde_json::json;

use super::rig::{by_token, fresh, publish, serves, vault};

#[tokio::test]
async fn a_server_is_trusted_by_the_authority_of_the_settings_alone() {
    let Some(bao) = OpenBao::with_tls().await else { return };
    let (url, authority) = bao.tls();
    let trusting = vault(&by_token(&url, &json!({ "ca_file": authority })), &fresh("tls"), Some(bao.root()));
    publish(&*trusting, 1, "value-1").await.unwrap();
    assert!(serves(&*trusting, "value-1").await);
    let doubting = vault(&by_token(&url, &json!({})), &fresh("tls"), Some(bao.root()));
    let fault = publish(&*doubting, 1, "value-1").await.unwrap_err();
    assert_eq!(fault.certainty, Certainty::NotSent, "{fault}");
}
