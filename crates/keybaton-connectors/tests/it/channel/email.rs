//! Mail, through a true SMTP server.

use keybaton_connectors::build::BuildChannel as _;
use keybaton_connectors::email::{ChannelSettings, EmailChannel};
use keybaton_ports::{Blame, Certainty, Channel as _, Message, Standing};
use keybaton_testkit::server::{self, Mail};
use serde_json::{Value, json};

use super::{
    alert::{CANARY, held},
    receiver::{Receiver, text},
};

fn settings(more: &Value) -> ChannelSettings {
    let mut table = json!({
        "server": "127.0.0.1", "from": "keybaton <keybaton@example.org>",
        "to": ["ops@example.org", "Payments <payments@example.org>"], "timeout": "5s",
    });
    table.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(table).unwrap()
}

fn secured(mail: &Mail) -> ChannelSettings {
    let password = json!({ "env": "P" });
    settings(
        &json!({ "timeout": "30s", "port": mail.port(), "ca_file": mail.authority(), "user": "keybaton", "password": password }),
    )
}

#[tokio::test]
async fn a_letter_is_encrypted_signed_in_and_keeps_one_alert_together() {
    if server::skipped() {
        return;
    }
    let mail = Mail::start(CANARY);
    let channel = EmailChannel::new(&secured(&mail), vec![text(CANARY)]).unwrap();
    for standing in [Standing::Raised, Standing::Resolved] {
        channel.send(&held(standing)).await.unwrap();
    }
    let letters = mail.letters();
    let [raised, resolved] = &letters[..] else { panic!("{letters:?}") };
    for letter in &letters {
        assert_eq!(letter["tls"], true, "{letter}");
        assert_eq!(letter["to"], json!(["ops@example.org", "payments@example.org"]));
        assert_eq!(letter["from"], "keybaton@example.org");
        assert!(!letter["text"].as_str().unwrap().contains(CANARY), "{letter}");
    }
    assert_eq!(raised["subject"], "[keybaton] payments/prod: held");
    assert_eq!(resolved["subject"], "[keybaton] payments/prod: held (resolved)");
    assert_eq!(raised["references"], resolved["references"]);
    assert_ne!(raised["id"], resolved["id"]);
    let text = raised["text"].as_str().unwrap();
    assert!(text.contains("web/web-2 still uses the old key <!channel> & \"quotes\" … ✓"), "{text}");
}

#[tokio::test]
async fn nothing_is_said_to_a_server_that_nobody_vouches_for() {
    if server::skipped() {
        return;
    }
    let mail = Mail::start(CANARY);
    let unknown = ChannelSettings { ca_file: None, ..secured(&mail) };
    let channel = EmailChannel::new(&unknown, vec![text(CANARY)]).unwrap();
    let fault = channel.send(&held(Standing::Raised)).await.unwrap_err();
    assert!(!format!("{fault:?}").contains(CANARY), "{fault:?}");
    assert_eq!(mail.letters().len(), 0);
}

#[tokio::test]
async fn a_password_that_is_refused_is_our_credential() {
    if server::skipped() {
        return;
    }
    let mail = Mail::start(CANARY);
    let channel = EmailChannel::new(&secured(&mail), vec![text("another-canary-9")]).unwrap();
    let fault = channel.send(&held(Standing::Raised)).await.unwrap_err();
    assert_eq!((fault.certainty, fault.blame), (Certainty::Refused, Blame::OurCredential), "{fault}");
    assert!(!format!("{fault:?}").contains("canary"), "{fault:?}");
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up_in_time() {
    let url = Receiver::hanging().await;
    let port: u16 = url.split([':', '/']).nth(4).unwrap().parse().unwrap();
    let settings = settings(&json!({ "port": port, "tls": "none", "timeout": "300ms" }));
    let fault = EmailChannel::new(&settings, Vec::new()).unwrap().send(&held(Standing::Raised)).await.unwrap_err();
    assert_eq!(fault.certainty, Certainty::Unknown, "{fault}");
}

#[tokio::test]
async fn a_line_break_in_an_alert_adds_no_header() {
    if server::skipped() {
        return;
    }
    let mail = Mail::start(CANARY);
    let channel = EmailChannel::new(&secured(&mail), vec![text(CANARY)]).unwrap();
    let odd = Message { kind: "held\r\nBcc: thief@example.org".to_owned(), ..held(Standing::Raised) };
    let _ = channel.send(&odd).await;
    for letter in mail.letters() {
        assert_eq!(letter["to"], json!(["ops@example.org", "payments@example.org"]), "{letter}");
        assert_eq!(letter["bcc"], Value::Null, "{letter}");
    }
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let table = [
        (json!({ "to": [] }), "to: from one to 32 addresses"),
        (json!({ "from": "nobody" }), "from: \"nobody\" is no address such as ops@example.org"),
        (
            json!({ "server": "mail.example.org", "tls": "none" }),
            "tls: without encryption mail is sent to this machine only",
        ),
        (json!({ "user": "keybaton" }), "user: it needs a `password`"),
        (json!({ "server": "" }), "server: it is empty"),
    ];
    for (more, says) in table {
        assert_eq!(settings(&more).check().unwrap_err().to_string(), says);
    }
}
