//! The probe: one status, one verdict, on a connection of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::header::AUTHORIZATION;
use keybaton_connectors::http::{HttpProbe, ProbeSettings};
use keybaton_ports::{Called, Certainty, Presented, Probe, Verdict};
use keybaton_types::IssuedId;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::fake::Fake;
use super::rig::{secret, text};

fn settings(table: &str) -> ProbeSettings {
    toml::from_str(table).unwrap()
}

async fn probe(settings: &ProbeSettings, value: &str) -> Called<Verdict> {
    let probe = HttpProbe::new(settings).unwrap();
    probe.probe(Presented { secret: &secret(), id: &IssuedId::from("me:too"), value: &text(value) }).await
}

#[tokio::test]
async fn only_the_named_statuses_decide() {
    for status in (200..600).filter(|status| *status != 304) {
        let fake = Fake::saying(status, "").await;
        let table = format!(
            "http = 'GET {}/health'\nbearer = '{{{{ value }}}}'\nok = [200, 299]\nunauthorized = [401]",
            fake.url
        );
        let expected = match status {
            200 | 299 => Verdict::Accepted,
            401 => Verdict::Refused,
            _ => Verdict::Inconclusive,
        };
        assert_eq!(probe(&settings(&table), "v").await.unwrap(), expected, "{status}");
        assert_eq!(fake.asked().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn the_usual_statuses_need_no_setting() {
    for (status, verdict) in
        [(200, Verdict::Accepted), (401, Verdict::Refused), (403, Verdict::Refused), (204, Verdict::Inconclusive)]
    {
        let fake = Fake::saying(status, "").await;
        let table = format!("http = 'GET {}'\nbearer = '{{{{ value }}}}'", fake.url);
        assert_eq!(probe(&settings(&table), "v").await.unwrap(), verdict, "{status}");
    }
}

#[tokio::test]
async fn the_value_is_presented_as_the_settings_say_and_never_in_the_url() {
    let fake = Fake::saying(200, "").await;
    let url = format!("{}/as/{{{{ id }}}}?env={{{{ env }}}}", fake.url);
    for (way, header, sent) in [
        ("bearer = '{{ value }}'", "authorization", "Bearer s3cret/+"),
        (
            "basic = { user = '{{ secret }}', password = '{{ value }}' }",
            "authorization",
            "Basic cGF5bWVudHM6czNjcmV0Lys=",
        ),
        ("headers = { X-Key = 'Key {{ value }}' }", "x-key", "Key s3cret/+"),
        ("headers = { Authorization = 'Token {{ value }}' }", "authorization", "Token s3cret/+"),
    ] {
        probe(&settings(&format!("http = 'GET {url}'\n{way}")), "s3cret/+").await.unwrap();
        let asked = fake.asked().pop().unwrap();
        assert_eq!(asked.headers[header], sent, "{way}");
        assert_eq!(asked.target, "/as/me%3Atoo?env=prod", "{way}");
    }
}

#[tokio::test]
async fn every_probe_has_a_connection_of_its_own() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = connections.clone();
    let serving = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                // It would answer many requests, as long as the connection stays.
                while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {
                    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
                }
            });
        }
    });
    let probe = HttpProbe::new(&settings(&format!("http = 'GET {url}/'\nbearer = '{{{{ value }}}}'"))).unwrap();
    for _ in 0..3 {
        let presented = Presented { secret: &secret(), id: &IssuedId::from("k"), value: &text("v") };
        assert_eq!(probe.probe(presented).await.unwrap(), Verdict::Accepted);
    }
    assert_eq!(connections.load(Ordering::SeqCst), 3);
    serving.abort();
}

#[tokio::test]
async fn a_value_that_no_header_can_hold_is_not_sent() {
    let fake = Fake::saying(200, "").await;
    let table = settings(&format!("http = 'GET {}'\nbearer = '{{{{ value }}}}'", fake.url));
    let fault = probe(&table, "two\nlines").await.unwrap_err();
    assert_eq!(fault.certainty, Certainty::NotSent);
    assert!(!fault.what.contains("two") && fault.what.contains(AUTHORIZATION.as_str()), "{fault}");
    assert!(fake.asked().is_empty());
}

#[tokio::test]
async fn an_unreachable_service_is_a_fault_and_no_refusal() {
    let table = settings("http = 'GET http://127.0.0.1:1/health'\nbearer = '{{ value }}'");
    assert_eq!(probe(&table, "v").await.unwrap_err().certainty, Certainty::NotSent);
}
