//! What settings may say.

use serde_json::json;

use super::rig::refused;
use crate::bench::with;

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    let here = json!({ "tenant_id": "acme.example", "client_id": "11111111-0000-4000-8000-000000000001" });
    for (more, at) in [
        (json!({ "tenant_id": "a/b" }), "tenant_id: "),
        (json!({ "client_id": "x')" }), "client_id: "),
        (json!({ "graph": "http://graph.internal" }), "graph: plain http goes to loopback only"),
        (json!({ "ca_file": "/nowhere.pem" }), "ca_file: /nowhere.pem has no certificates"),
        (json!({ "quiescence": "1s" }), "quiescence: 1s is below timeout = 10s"),
        (json!({ "login": { "by": "client-secret" } }), "login.client_secret: "),
        (json!({ "more": 1 }), "unknown field"),
    ] {
        let error = refused(&with(here.clone(), &more));
        assert!(error.starts_with(at) || error.contains(at) && at == "unknown field", "{error}");
    }
}
