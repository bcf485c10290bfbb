//! Nothing that is secret stands in the words of a fault.

use keybaton_testkit::server::OpenBao;
use serde_json::json;

use super::rig::{by_token, fresh, publish, vault};
use crate::bench::text;

#[tokio::test]
async fn no_fault_shows_a_value_or_a_token() {
    let Some(bao) = OpenBao::shared().await else { return };
    let (value, token) = ("canary-value-8812", "canary-token-4471");
    for more in [json!({}), json!({ "mount": "nowhere" }), json!({ "url": "http://127.0.0.1:1" })] {
        let settings = crate::bench::with(by_token(&bao.url(), &json!({})), &more);
        let vault = vault(&settings, &fresh("secrecy"), Some(text(token)));
        let fault = publish(&*vault, 1, value).await.unwrap_err();
        let words = format!("{fault} {fault:?}");
        assert!(!words.contains("canary"), "{words}");
    }
}
