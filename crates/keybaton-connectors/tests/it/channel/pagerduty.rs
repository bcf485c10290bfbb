//! Events of `PagerDuty`.

use keybaton_connectors::pagerduty::{ChannelSettings, PagerdutyChannel};
use keybaton_ports::{Channel as _, Standing};
use serde_json::json;

use super::{
    alert::held,
    receiver::{Receiver, text},
};

const KEY: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn one_incident_is_triggered_acknowledged_and_resolved_under_one_key() {
    let settings = json!({ "routing_key": { "env": "K" }, "url": { "env": "U" } });
    let settings: ChannelSettings = serde_json::from_value(settings).unwrap();
    let receiver = Receiver::answering(202).await;
    let channel = PagerdutyChannel::new(&settings, vec![text(KEY), receiver.secret()]).unwrap();
    assert!(channel.acknowledges());
    let steps = [
        (Standing::Raised, "trigger"),
        (Standing::Changed, "trigger"),
        (Standing::Acknowledged, "acknowledge"),
        (Standing::Resolved, "resolve"),
    ];
    for (standing, action) in steps {
        channel.send(&held(standing)).await.unwrap();
        let event = receiver.json();
        assert_eq!((&event["event_action"], &event["routing_key"]), (&json!(action), &json!(KEY)));
        assert_eq!(event["dedup_key"], "c0ffee/payments/prod/5/held");
        let payload = &event["payload"];
        assert_eq!((&payload["severity"], &payload["component"]), (&json!("error"), &json!("payments/prod")));
        assert!(payload["summary"].as_str().unwrap().starts_with("[keybaton] payments/prod: held"), "{payload}");
        assert_eq!(payload["timestamp"], "2023-11-14T22:13:20Z");
        assert!(!payload.to_string().contains(KEY), "{payload}");
    }
}

#[test]
fn a_routing_key_that_is_none_is_not_repeated() {
    let settings: ChannelSettings = serde_json::from_value(json!({ "routing_key": { "env": "K" } })).unwrap();
    for key in ["", "canary 9", "canary\n9"] {
        let error = PagerdutyChannel::new(&settings, vec![text(key)]).err().expect("it is refused").to_string();
        assert_eq!(error, "routing_key: it is no integration key");
    }
}
