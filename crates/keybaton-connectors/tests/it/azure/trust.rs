//! Over TLS: only a server whose certificate an authority of the settings signed.

use keybaton_ports::Certainty;
use serde_json::json;

use super::rig::{by_secret, fresh, of, publish, server, serves, vault};

#[tokio::test]
async fn a_vault_is_trusted_by_the_authority_of_the_settings_alone() {
    let server = server();
    let trusting = of(&server, &fresh("tls"));
    publish(&*trusting, 1, "value-1").await.unwrap();
    assert!(serves(&*trusting, "value-1").await);
    let mut settings = by_secret(&server, &server.url(), &json!({}));
    settings.as_object_mut().unwrap().remove("ca_file");
    let fault = publish(&*vault(&settings, &fresh("tls")), 1, "value-1").await.unwrap_err();
    assert_eq!(fault.certainty, Certainty::NotSent, "{fault}");
}
