//! The whole flow with known values: a key is taken over, served, read, reported on, rotated, rolled back, leaked and
//! rotated again, with everything that goes wrong on the way.

use keybaton_sandbox::{Fault, Operation};
use rustix::process::Signal;
use serde_json::json;

use super::net::Net;
use crate::{
    alert::receiver::Receiver,
    remote::serve,
    stage::{ADMIN, Bench, OLD_ID, SECRET, Service},
};

/// A value whose encodings all differ from it.
const OLD: &str = "sk\"old/c4n4ry+4f9a81?c77\\e52";

/// What the metrics system knows keybaton by.
const METRICS: &str = "pr0m-t0ken/of+the=test";

const TERMS: &str = "overlap = { min = \"1s\", max = \"1h\", until = \"time\" }\n\
    watch = { for = \"1s\", every = \"500ms\", failures = 2 }\nconsumers = [{ name = \"billing\", evidence = \"agent\" }]\n\
    alerts = [\"ops\"]\n[alert.ops]\ntype = \"webhook\"\nurl = { file = \"ops.url\" }\n";

/// Files that hold a value because that is what they are for.
const MEANT: &[&str] = &["admin.token", "master.key", "billing.token", "ops.url", "metrics.token"];

/// Metrics that are asked with a token of their own, by a server that repeats it.
fn signal(url: &str) -> String {
    let url = url.split("/hook").next().unwrap();
    format!(
        "[signal.api]\ntype = \"prometheus\"\nurl = \"{url}\"\nevery = \"1s\"\nrefused = \"x\"\ncalls = \"y\"\n\
         bearer = {{ file = \"metrics.token\" }}\n"
    )
}

#[tokio::test]
async fn no_value_is_in_any_stream_file_or_process() {
    let ops = Receiver::answering(500).await;
    let terms = format!("{TERMS}{}", signal(&ops.url));
    let mut bench = Bench::at(Service::with_key(3, OLD).await, &terms).await;
    bench.keybaton.write("ops.url", &ops.url);
    bench.keybaton.write("metrics.token", METRICS);
    bench.keybaton.set("KEYBATON_LOG", "trace");
    let mut net = Net::default();
    let adopt = format!("adopt {SECRET} --id {OLD_ID} --verbose");
    net.words("adopt", bench.keybaton.feed(&adopt, OLD).await.exits(0).transcript());
    let (serving, url) = serve(&bench).await;
    let token = bench.run(&format!("token create --consumer billing --secret {SECRET}")).await.exits(0).out;
    bench.keybaton.write("billing.token", &token);
    let teller = bench.run(&format!("token create --signal am --secret {SECRET}")).await.exits(0).out;
    let flags = "--token-file billing.token --listen 127.0.0.1:0 --cache cache --instance agent-1";
    let mut agent = bench.keybaton.start(&format!("agent --server {url} {flags}"));
    let said = agent.says("http://").await;
    let local =
        said.split_whitespace().find(|word| word.starts_with("http://")).unwrap().trim_end_matches(',').to_owned();
    read(&local, token.trim()).await;

    speak_http(&bench, &url, token.trim(), &mut net).await;
    // a rotation in which the issuer answers badly and repeats what it was told
    for fault in [Fault::EchoAdmin, Fault::BrokenJson] {
        bench.service.state().push_fault(Operation::List, fault);
    }
    for line in [
        format!("rotate {SECRET} --wait --verbose"),
        format!("plan {SECRET} --verbose"),
        format!("explain {SECRET} --json"),
        format!("check {SECRET} --verbose --json"),
        format!("consumers list {SECRET} --json"),
        "status --json".to_owned(),
        "doctor --verbose --json".to_owned(),
        "alert test ops --verbose".to_owned(),
        "alert list --json".to_owned(),
        "token list --json".to_owned(),
        "audit export".to_owned(),
        "audit checkpoint --json".to_owned(),
        "audit show payments.prod.1 --json".to_owned(),
        "history --json".to_owned(),
        "config show".to_owned(),
        "state show --json".to_owned(),
        "state backup backup.kb".to_owned(),
        format!("rotate {SECRET} --wait --verbose --reason leaked"),
    ] {
        net.words(&line, bench.run(&line).await.transcript());
    }
    let hook = ops.url.rsplit('/').next().unwrap();
    let mut values = [ADMIN, OLD, METRICS, hook, token.trim(), teller.trim()].map(str::to_owned).to_vec();
    values.extend(bench.service.state().keys().iter().filter_map(|key| bench.service.state().reveal(&key.id)));
    values.dedup();
    assert!(values.len() >= 8, "{} values", values.len());
    speak_http(&bench, &url, token.trim(), &mut net).await;
    tell(&bench, &url, teller.trim(), &mut net).await;
    assert!(!ops.came().is_empty(), "nobody was told of anything");
    for message in ops.came() {
        net.words("a message on a channel", message.to_string());
    }

    let home = bench.keybaton.path("keybaton.toml");
    let home = home.parent().unwrap();
    for running in [&agent, &serving] {
        net.process(running.id());
    }
    net.files(home, MEANT);
    assert_eq!(net.leaks(&values), Vec::<String>::new());
    for running in [agent, serving] {
        running.signal(Signal::TERM);
        net.words("the words of what ran", running.ended().await.transcript());
    }
    // what stood in the write-ahead log is in the database now
    net.files(home, MEANT);
    assert_eq!(net.leaks(&values), Vec::<String>::new());
    let (bytes, places) = net.size();
    assert!(bytes > 300_000 && places > 30, "{bytes} bytes in {places} places are no flow");
    let current = values.last().unwrap();
    assert!(bench.service.lets_in(current).await, "the canary looks for a value that is none");
}

/// What a reader and a stranger get over HTTP, but for the answer to a good read.
async fn speak_http(bench: &Bench, url: &str, token: &str, net: &mut Net) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let secret = format!("{url}/v1/secrets/{SECRET}");
    net.words("the head of an answer", read(url, token).await);
    let value = bench.value().await;
    let requests = [
        client.get(&secret).bearer_auth(format!("{token}x")),
        client.get(&secret).bearer_auth(&value),
        client.get(format!("{url}/v1/secrets/none/{}", "x")).bearer_auth(token),
        client.post(format!("{secret}/auth-results")).bearer_auth(token).body(format!("{{\"version\":\"{value}\"}}")),
        client.post(format!("{secret}/sightings")).bearer_auth(token).json(&json!({ "version": 1, "kind": value })),
        client.post(format!("{secret}/adoptions")).bearer_auth(token).json(&json!({ "value": value })),
        client.post(format!("{secret}/reveals")).bearer_auth(token).json(&json!({})),
        client.get(format!("{url}/metrics")).bearer_auth(token),
        client.get(format!("{url}/healthz")),
        client.get(format!("{url}/readyz")),
        client.get(format!("{url}/openapi.json")),
    ];
    for request in requests {
        let answer = request.header("keybaton-instance", "one").send().await.unwrap();
        let head = format!("{} {:?}", answer.status(), answer.headers());
        let body = answer.text().await.unwrap();
        net.words("an answer", head + &body);
    }
}

/// What an alert manager gets that sends a value in the wrong place.
async fn tell(bench: &Bench, url: &str, token: &str, net: &mut Net) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let value = bench.value().await;
    let labels = json!({ "secret": "payments", "env": "prod" });
    for (presented, status) in [(token, value.as_str()), (value.as_str(), "firing")] {
        let alert = json!({ "status": status, "labels": labels, "startsAt": value, "fingerprint": "1" });
        let body = json!({ "version": "4", "alerts": [alert] });
        let pushed = client.post(format!("{url}/v1/signals/alertmanager")).bearer_auth(presented).json(&body);
        let answer = pushed.send().await.unwrap();
        assert!(answer.status().is_client_error(), "{}", answer.status());
        net.words("an answer", answer.text().await.unwrap());
    }
}

/// Reads the value as a consumer does; the head of the answer.
async fn read(url: &str, token: &str) -> String {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let asked = client.get(format!("{url}/v1/secrets/{SECRET}")).bearer_auth(token).header("keybaton-instance", "one");
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    format!("{:?}", answer.headers())
}
