//! Webhooks, checked by the libraries that receivers use.

use std::process::{Command, Stdio};

use keybaton_connectors::{
    build::BuildChannel as _,
    registry,
    webhook::{ChannelSettings, WebhookChannel},
};
use keybaton_ports::{Blame, Certainty, Channel as _, Standing};
use keybaton_testkit::server;
use serde_json::json;

use super::{
    alert::{CANARY, held},
    receiver::{Came, Receiver, text},
};

const OLD: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NEW: &str = "whsec_c2VjcmV0LW9mLXRoaXJ0eS10d28tYnl0ZXMtbG9uZyE=";

/// What a receiver does with the libraries that are published for it.
const CHECK: &str = r#"
import json, sys
from cloudevents.http import from_http
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
given = json.load(sys.stdin)
body, headers = given["body"], given["headers"]
Webhook(given["secret"]).verify(body, headers) if not given["stale"] else None
if given["stale"]:
    try:
        Webhook(given["secret"]).verify(body, headers)
        sys.exit("a stale message was taken")
    except WebhookVerificationError:
        pass
try:
    Webhook(given["secret"]).verify(body.replace("held", "hold"), headers)
    sys.exit("a changed message was taken")
except WebhookVerificationError:
    pass
event = from_http(headers, body)
print(json.dumps({"type": event["type"], "source": event["source"], "subject": event["subject"], "id": event["id"], "data": event.data}))
"#;

fn settings(signing: usize) -> ChannelSettings {
    let signing: Vec<_> = (0..signing).map(|no| json!({ "env": format!("S{no}") })).collect();
    serde_json::from_value(json!({ "url": { "env": "U" }, "signing": signing, "timeout": "2s" })).unwrap()
}

/// Asks the published libraries; gives the event as they read it.
fn checked(came: &Came, secret: &str, stale: bool) -> serde_json::Value {
    let headers: serde_json::Map<_, _> =
        came.0.iter().map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap()))).collect();
    let body = String::from_utf8(came.1.clone()).unwrap();
    let given = json!({ "headers": headers, "body": body, "secret": secret, "stale": stale });
    let mut child = Command::new("python3")
        .env("PYTHONPATH", server::python())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .args(["-c", CHECK])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    serde_json::to_writer(child.stdin.take().unwrap(), &given).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    serde_json::from_slice(&ended.stdout).unwrap()
}

fn now() -> keybaton_types::Timestamp {
    let now = std::process::Command::new("date").arg("+%s").output().unwrap();
    let seconds: i64 = String::from_utf8(now.stdout).unwrap().trim().parse().unwrap();
    keybaton_types::Timestamp(seconds * 1_000_000)
}

#[tokio::test]
async fn receivers_libraries_take_what_is_signed_with_the_old_secret_and_with_the_new_one() {
    if server::skipped() {
        return;
    }
    let receiver = Receiver::answering(204).await;
    let channel = WebhookChannel::new(&settings(2), vec![receiver.secret(), text(NEW), text(OLD)]).unwrap();
    let message = keybaton_ports::Message { at: now(), ..held(Standing::Raised) };
    channel.send(&message).await.unwrap();
    let came = receiver.one();
    assert_eq!(came.0["webhook-signature"].to_str().unwrap().split(' ').count(), 2);
    for secret in [OLD, NEW] {
        let event = checked(&came, secret, false);
        assert_eq!(event["type"], "dev.keybaton.alert.raised.v1");
        assert_eq!((&event["source"], &event["subject"]), (&json!("/keybaton/c0ffee"), &json!("payments/prod")));
        assert_eq!((&event["data"]["kind"], &event["data"]["standing"]), (&json!("held"), &json!("raised")));
        assert_eq!(event["data"]["rotation"], "payments.prod.5");
    }
    assert!(!String::from_utf8(came.1).unwrap().contains(CANARY));
}

#[tokio::test]
async fn a_message_of_long_ago_is_stale_for_receivers_libraries() {
    if server::skipped() {
        return;
    }
    let receiver = Receiver::answering(200).await;
    let channel = WebhookChannel::new(&settings(1), vec![receiver.secret(), text(OLD)]).unwrap();
    channel.send(&held(Standing::Raised)).await.unwrap();
    checked(&receiver.one(), OLD, true);
}

#[tokio::test]
async fn without_a_signing_secret_nothing_is_signed() {
    let receiver = Receiver::answering(200).await;
    let channel = WebhookChannel::new(&settings(0), vec![receiver.secret()]).unwrap();
    channel.send(&held(Standing::Resolved)).await.unwrap();
    let (headers, _) = receiver.one();
    assert!(!headers.contains_key("webhook-signature") && headers.contains_key("webhook-id"), "{headers:?}");
}

#[tokio::test]
async fn how_a_receiver_answers_is_how_the_call_ended_and_its_url_is_in_no_words() {
    let table = [
        (400, Certainty::Refused, Blame::Rejected),
        (401, Certainty::Refused, Blame::OurCredential),
        (429, Certainty::Unknown, Blame::Transient),
        (302, Certainty::Unknown, Blame::Rejected),
        (503, Certainty::Unknown, Blame::Transient),
    ];
    for (status, certainty, blame) in table {
        let receiver = Receiver::answering(status).await;
        let channel = WebhookChannel::new(&settings(0), vec![receiver.secret()]).unwrap();
        let fault = channel.send(&held(Standing::Raised)).await.unwrap_err();
        assert_eq!((fault.certainty, fault.blame), (certainty, blame), "{status}: {fault}");
        assert!(!format!("{fault:?}").contains(CANARY), "{fault:?}");
    }
}

#[tokio::test]
async fn a_receiver_that_hangs_is_given_up_in_time() {
    let url = Receiver::hanging().await;
    let quick: ChannelSettings = serde_json::from_value(json!({ "url": { "env": "U" }, "timeout": "200ms" })).unwrap();
    let channel = WebhookChannel::new(&quick, vec![text(&url)]).unwrap();
    let fault = channel.send(&held(Standing::Raised)).await.unwrap_err();
    assert_eq!(fault.certainty, Certainty::Unknown, "{fault}");
    assert!(!format!("{fault:?}").contains(CANARY), "{fault:?}");
}

#[test]
fn a_url_that_would_show_the_alert_to_others_is_refused_without_being_repeated() {
    for url in ["http://example.org/canary-9", "ftp://127.0.0.1/canary-9", "canary-9", ""] {
        let error = WebhookChannel::new(&settings(0), vec![text(url)]).err().expect("it is refused").to_string();
        assert!(error.starts_with("url: ") && !error.contains("canary-9"), "{error}");
    }
    let error = WebhookChannel::new(&settings(1), vec![text("https://example.org"), text("canary-9")]);
    let error = error.err().expect("it is refused").to_string();
    assert!(error.starts_with("signing: ") && !error.contains("canary-9"), "{error}");
}

#[test]
fn the_registry_reads_the_settings_of_every_channel() {
    let tables = [
        ("webhook", json!({ "url": { "env": "U" } })),
        ("slack", json!({ "url": { "env": "U" } })),
        ("pagerduty", json!({ "routing_key": { "env": "K" }, "region": "eu" })),
        ("email", json!({ "server": "mail.example.org", "from": "a@example.org", "to": ["b@example.org"] })),
        ("exec", json!({ "program": "notify" })),
    ];
    for (name, table) in tables {
        let read = registry::channel(name, &table).expect("it is a channel");
        assert!(read.is_ok(), "{name}: {read:?}");
    }
    assert!(registry::channel("http", &json!({})).is_none());
    let literal = registry::channel("webhook", &json!({ "url": "https://hooks.example/canary-9" })).unwrap();
    assert!(!literal.unwrap_err().to_string().contains("canary-9"));
    assert_eq!(settings(9).check().unwrap_err().to_string(), "signing: at most 8 secrets sign at once");
}
