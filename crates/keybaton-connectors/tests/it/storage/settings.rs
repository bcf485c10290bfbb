//! What settings may say.

use keybaton_connectors::registry;
use keybaton_core::sheet::{Addressing, Chooser};
use serde_json::json;

use super::rig::refused;
use crate::bench::{issuer, text, with};

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    let here = json!({
        "subscription_id": "33333333-0000-4000-8000-000000000003", "resource_group": "rg", "account": "acmephotos",
    });
    for (more, at) in [
        (json!({ "subscription_id": "a/b" }), "subscription_id: "),
        (json!({ "resource_group": "a/../b" }), "resource_group: "),
        (json!({ "resource_group": ".." }), "resource_group: "),
        (json!({ "account": "Acme" }), "account: the name of an account"),
        (json!({ "account": "x.evil.example/" }), "account: "),
        (json!({ "spare": "key3" }), "unknown variant"),
        (json!({ "management": "http://management.internal" }), "management: plain http goes to loopback only"),
        (json!({ "endpoint": "http://blobs.internal" }), "endpoint: plain http goes to loopback only"),
        (json!({ "ca_file": "/nowhere.pem" }), "ca_file: /nowhere.pem has no certificates"),
        (json!({ "quiescence": "1s" }), "quiescence: 1s is below timeout = 10s"),
        (json!({ "login": { "by": "client-secret" } }), "login.client_secret: "),
        (json!({ "more": 1 }), "unknown field"),
    ] {
        let error = refused(&with(here.clone(), &more));
        assert!(error.starts_with(at) || error.contains(at) && at.starts_with("unknown"), "{error}");
    }
    let built = registry::issuer("azure-storage", &here).unwrap().unwrap();
    assert_eq!(built.sole().as_deref(), Some("the storage account acmephotos"));
}

#[test]
fn the_sheet_says_that_slots_come_back_and_waits_for_what_may_still_land() {
    let here = json!({ "subscription_id": "3", "resource_group": "rg", "account": "acmephotos", "timeout": "10s" });
    let traits = issuer("azure-storage", &here, text("unused")).traits();
    assert_eq!((traits.max_credentials, traits.last_used_lag), (None, None));
    assert_eq!((traits.chooser, traits.addressing), (Chooser::Issuer, Addressing::Again));
    assert_eq!((traits.propagation.as_secs(), traits.quiescence.as_secs()), (60, 120));
}
