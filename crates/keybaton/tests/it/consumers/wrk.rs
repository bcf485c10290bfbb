//! A service under the load of `wrk`: whoever calls it sees no rotation.

use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};

use super::crowd::{assert_unharmed, names};
use super::site::Site;
use crate::stage::SECRET;

/// A running `wrk`.
struct Wrk(Child);

impl Wrk {
    /// Calls a URL on eight connections without a pause; `None` where it is to be skipped.
    fn start(url: &str) -> Option<Self> {
        let mut command = Command::new("wrk");
        command.args(["-t1", "-c8", "-d90s", url]).stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        match command.spawn() {
            Ok(child) => Some(Self(child)),
            Err(_) if keybaton_testkit::server::skipped() => None,
            Err(error) => panic!("this test needs wrk, of the Debian package of this name: {error}"),
        }
    }

    /// Ends it; what it says of its calls.
    async fn told(self) -> String {
        let pid = self.0.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)).unwrap();
        kill_process(pid, Signal::INT).unwrap();
        let ended = tokio::time::timeout(Duration::from_secs(30), self.0.wait_with_output()).await;
        String::from_utf8(ended.unwrap().unwrap().stdout).unwrap()
    }
}

/// The number before these words.
fn number(text: &str, words: &str) -> u64 {
    let before = text.split(words).next().unwrap();
    before.split_whitespace().next_back().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_of_a_service_see_nothing_of_two_rotations() {
    let terms = "ttl = \"5s\"\nmax_stale = \"5m\"\n\
        consumers = [{ name = \"billing\", evidence = \"agent\", instances = 1 }]";
    let site = Site::open(terms).await;
    let (service, url) = site.recruiter().start_serving(&names("serving", 1)[0]).await;
    let Some(wrk) = Wrk::start(&url) else { return };
    for _ in 0..2 {
        let ended = site.bench.run(&format!("rotate {SECRET} --wait --json")).await.exits(0);
        assert_eq!(ended.json()["outcome"], "done", "{}", ended.transcript());
    }
    let told = wrk.told().await;
    assert!(!told.contains("Non-2xx") && !told.contains("Socket errors"), "{told}");
    assert!(number(&told, " requests in ") > 200, "{told}");
    assert_unharmed(vec![service], 200).await;
    site.close().await.assert_whole().await;
}
