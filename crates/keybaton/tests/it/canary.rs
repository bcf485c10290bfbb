//! No value in any stream, file or process of ours.

use std::fs;

use keybaton_seal::SecretValue;
use keybaton_testkit::canary;

use crate::stage::{ADMIN, Bench, OLD_VALUE, SECRET};

/// Asserts that no value hides in these bytes, in any encoding.
#[track_caller]
fn assert_silent(place: &str, bytes: &[u8], values: &[String]) {
    for (no, text) in values.iter().enumerate() {
        let value = SecretValue::from_text(text.clone()).unwrap();
        assert_eq!(canary::found(bytes, &value), None, "value {no} hides in {place}");
    }
}

/// Every file of the state folder but for the master key's own.
fn state(bench: &Bench) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(bench.keybaton.path(".keybaton")).unwrap();
    entries
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.display().to_string(), fs::read(path).unwrap()))
        .collect()
}

#[tokio::test]
async fn no_value_is_in_any_stream_file_or_process() {
    let mut bench =
        Bench::bare("overlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }").await;
    bench.keybaton.set("KEYBATON_LOG", "trace");
    let mut words = vec![bench.adopt().await.exits(0).transcript()];
    let mut serve = bench.keybaton.start("serve --verbose");
    serve.says("serving").await;
    for line in [
        format!("rotate {SECRET} --wait --verbose"),
        format!("plan {SECRET} --verbose"),
        format!("explain {SECRET} --json"),
        "status --json".to_owned(),
        "audit export".to_owned(),
        "config show".to_owned(),
    ] {
        words.push(bench.run(&line).await.exits(0).transcript());
    }
    let new = bench.service.live().pop().unwrap();
    let values = [ADMIN.to_owned(), OLD_VALUE.to_owned(), bench.service.state().reveal(&new).unwrap()];
    for name in ["cmdline", "environ"] {
        let bytes = fs::read(format!("/proc/{}/{name}", serve.id())).unwrap();
        assert!(!bytes.is_empty());
        assert_silent(name, &bytes, &values);
    }
    for (path, bytes) in state(&bench) {
        assert_silent(&path, &bytes, &values);
    }
    serve.signal(rustix::process::Signal::TERM);
    words.push(serve.ended().await.exits(0).transcript());
    assert!(words.iter().map(String::len).sum::<usize>() > 5_000, "nothing was said that could betray a value");
    for text in &words {
        assert_silent("the words", text.as_bytes(), &values);
    }
    for (path, bytes) in state(&bench) {
        assert_silent(&path, &bytes, &values);
    }
    assert!(bench.service.lets_in(&values[2]).await, "the canary looks for a value that is none");
}
