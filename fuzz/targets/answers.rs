//! Any bytes as the answer of an issuer and of a probe: a call ends as an answer or a fault, in time, and no fault
//! repeats what the issuer said.
#![no_main]

use std::{
    cell::RefCell,
    io::{Read as _, Write as _},
    net::TcpListener,
    sync::{Arc, Mutex},
};

use keybaton_connectors::http::{HttpIssuer, HttpProbe, IssuerSettings, ProbeSettings};
use keybaton_ports::{Create, Fault, Issuer as _, Presented, Probe as _};
use keybaton_seal::SecretValue;
use keybaton_types::{IssuedId, Label, SecretId};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

/// What no fault may repeat; the seeds have it where an issuer puts a new key.
const CANARY: &str = "fuzz-canary-3f81";

struct Stage {
    runtime: tokio::runtime::Runtime,
    answer: Arc<Mutex<Vec<u8>>>,
    issuer: HttpIssuer,
    probe: HttpProbe,
    secret: SecretId,
}

thread_local!(static STAGE: RefCell<Option<Stage>> = const { RefCell::new(None) });

impl Stage {
    fn new() -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let answer = Arc::new(Mutex::new(Vec::new()));
        let said = Arc::clone(&answer);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                reply(stream, &said.lock().expect("nobody panics with it"));
            }
        });
        let settings: IssuerSettings = serde_json::from_value(json!({
            "base": url, "timeout": "1s", "quiescence": "2s",
            "create": { "request": "POST /keys", "json": { "name": "{{ label }}" }, "id": "$.id", "value": "$.secret" },
            "list": { "request": "GET /keys", "items": "$.keys[*]", "id": "$.id", "label": "$.name",
                      "created": "$.created", "last_used": "$.used", "next": "$.next" },
            "revoke": { "request": "DELETE /keys/{{ id }}", "gone": [404] },
        }))
        .expect("the settings");
        let probe: ProbeSettings = serde_json::from_value(json!({
            "http": format!("GET {url}/health"), "bearer": "{{ value }}", "ok": [200], "unauthorized": [401, 403],
        }))
        .expect("the probe's settings");
        let secret = SecretId::new("payments", "prod").expect("a name");
        Self {
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime"),
            answer,
            issuer: HttpIssuer::new(&settings, &secret, Vec::new()).expect("the issuer"),
            probe: HttpProbe::new(&probe).expect("the probe"),
            secret,
        }
    }

    fn play(&self, bytes: &[u8]) {
        *self.answer.lock().expect("nobody panics with it") = bytes.to_vec();
        let (id, label) = (IssuedId("key_1".to_owned()), Label("kb1-fuzz".to_owned()));
        let value = SecretValue::from_text("presented".to_owned()).expect("a value");
        self.runtime.block_on(async {
            let create = Create { secret: &self.secret, label: &label, value: None, taken: &[] };
            quiet(self.issuer.create(create).await.map(drop));
            if let Some(listing) = self.issuer.listing() {
                quiet(listing.list().await.map(drop));
            }
            quiet(self.issuer.destroy(&id).await);
            let presented = Presented { secret: &self.secret, id: &id, value: &value };
            quiet(self.probe.probe(presented).await.map(drop));
        });
    }
}

/// The first byte says whether the rest is a whole answer or the body of a good one.
fn reply(mut stream: std::net::TcpStream, bytes: &[u8]) {
    let mut request = [0; 4096];
    let _ = stream.read(&mut request);
    let Some((kind, rest)) = bytes.split_first() else { return };
    let head = match kind % 4 {
        0 => String::new(),
        1 => format!("HTTP/1.1 201 Created\r\ncontent-length: {}\r\n\r\n", rest.len()),
        2 => format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", rest.len()),
        _ => format!("HTTP/1.1 422 No\r\ncontent-length: {}\r\n\r\n", rest.len()),
    };
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(rest));
}

fn quiet(called: Result<(), Fault>) {
    if let Err(fault) = called {
        let said = format!("{fault} {fault:?}");
        assert!(!said.contains(CANARY), "a fault repeats the issuer's words");
    }
}

fuzz_target!(|bytes: &[u8]| {
    STAGE.with_borrow_mut(|stage| stage.get_or_insert_with(Stage::new).play(bytes));
});
