//! 429 with `Retry-After`: a server that asks to be left alone is left alone for as long as it asked.

use keybaton_ports::{Blame, Certainty};
use keybaton_testkit::server::OpenBao;
use serde_json::{Value, json};

use super::rig::{fresh, of, secret};

#[tokio::test]
async fn a_server_is_sent_nothing_for_as_long_as_it_asked() {
    let Some(bao) = OpenBao::start().await else { return };
    let path = fresh("throttle");
    bao.put(&path, &json!({ "value": "value-1" }));
    let vault = of(&bao, &path);
    assert!(vault.served(&secret()).await.is_ok());
    bao.run("POST", "sys/quotas/config", &json!({ "enable_rate_limit_response_headers": true }));
    let quota = json!({ "path": "secret/", "rate": 0.001, "interval": "1h" });
    bao.run("POST", "sys/quotas/rate-limit/test", &quota);
    let used_up = (0..100).any(|_| bao.ask("GET", "secret/data/nothing", &Value::Null).0 == 429);
    assert!(used_up, "the quota is used up");
    let fault = vault.served(&secret()).await.err().unwrap();
    assert_eq!((fault.blame, fault.certainty), (Blame::Transient, Certainty::NotSent), "{fault}");
    bao.run("DELETE", "sys/quotas/rate-limit/test", &Value::Null);
    let fault = vault.served(&secret()).await.err().unwrap();
    assert_eq!((fault.blame, fault.certainty), (Blame::Transient, Certainty::NotSent), "{fault}");
    assert!(fault.to_string().contains("more seconds without requests"), "{fault}");
}
