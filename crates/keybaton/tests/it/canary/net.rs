//! The net: places and what was written there, searched for values in every encoding.

use std::{fs, path::Path};

use keybaton_seal::SecretValue;
use keybaton_testkit::canary;

/// What was written, and where.
#[derive(Default)]
pub(super) struct Net {
    catch: Vec<(String, Vec<u8>)>,
}

impl Net {
    /// Something that was said.
    pub(super) fn words(&mut self, place: &str, text: impl Into<Vec<u8>>) {
        self.catch.push((place.to_owned(), text.into()));
    }

    /// Every file of a folder and of those in it, without these.
    pub(super) fn files(&mut self, folder: &Path, without: &[&str]) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let (path, kind) = (entry.path(), entry.file_type().unwrap());
            if kind.is_dir() {
                self.files(&path, without);
            } else if kind.is_file() && !without.contains(&entry.file_name().to_str().unwrap()) {
                self.catch.push((path.display().to_string(), fs::read(&path).unwrap()));
            }
        }
    }

    /// What the kernel shows of a process: its words, and its environment unless it is shown to nobody.
    pub(super) fn process(&mut self, id: u32) {
        let cmdline = fs::read(format!("/proc/{id}/cmdline")).unwrap();
        assert!(!cmdline.is_empty(), "process {id} is gone");
        self.catch.push((format!("/proc/{id}/cmdline"), cmdline));
        if let Ok(environ) = fs::read(format!("/proc/{id}/environ")) {
            self.catch.push((format!("/proc/{id}/environ"), environ));
        }
    }

    /// Where a value hides, and how. Values are told by their number.
    pub(super) fn leaks(&self, values: &[String]) -> Vec<String> {
        let values: Vec<SecretValue> =
            values.iter().map(|text| SecretValue::from_text(text.clone()).unwrap()).collect();
        let mut leaks = Vec::new();
        for (place, bytes) in &self.catch {
            for (no, value) in values.iter().enumerate() {
                let found = canary::found(bytes, value);
                leaks.extend(found.map(|encoding| format!("value {no} hides in {place}, {encoding}")));
            }
        }
        leaks
    }

    /// How many bytes were searched, in how many places.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.catch.iter().map(|(_, bytes)| bytes.len()).sum(), self.catch.len())
    }
}

/// A net that lets something through is no net: one value is planted in each kind of place, in another encoding each.
#[tokio::test]
async fn a_leak_that_is_planted_is_found() {
    let value = "sk_planted/canary+77?";
    let folder = tempfile::tempdir().unwrap();
    let clean = |net: &Net| net.leaks(&[value.to_owned()]);
    let mut net = Net::default();
    net.words("words", "nothing of it: sk_planted/canary+78?");
    fs::create_dir(folder.path().join("deep")).unwrap();
    fs::write(folder.path().join("deep/clean"), "sk_planted").unwrap();
    net.files(folder.path(), &[]);
    assert_eq!(clean(&net), Vec::<String>::new());

    net.words("words", format!("refused: {{\"token\":\"{value}\"}}"));
    let reversed: String = value.chars().rev().collect();
    fs::write(folder.path().join("deep/log"), format!("… {reversed} …")).unwrap();
    let hex = data_encoding::HEXLOWER.encode(value.as_bytes());
    let mut child = std::process::Command::new("sleep");
    let mut child = child.arg("60").env("HOME", folder.path()).env("LEAK", hex).spawn().unwrap();
    net.files(folder.path(), &["clean"]);
    // it is itself when its environment is
    let environ = || fs::read(format!("/proc/{}/environ", child.id())).unwrap();
    while !environ().windows(4).any(|pair| pair == b"LEAK") {}
    net.process(child.id());
    let found = clean(&net);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(found.iter().any(|leak| leak.ends_with("in words, plain")), "{found:?}");
    assert!(found.iter().any(|leak| leak.ends_with("deep/log, reversed")), "{found:?}");
    assert!(found.iter().any(|leak| leak.ends_with("environ, hexadecimal")), "{found:?}");
}
