//! How a run can end, and what each end says.

use keybaton_ports::{Blame, Certainty, Verdict};
use serde_json::json;

use super::rig::Rig;

const OK: &str = r#"printf '{"schema":"keybaton/exec/v1","ok":{"id":"k1","value":"v1"}}\n'"#;

async fn ends(script: &str) -> (Certainty, Blame, String) {
    let fault = Rig::script(script).create(&json!({})).await.err().unwrap_or_else(|| panic!("{script} worked"));
    (fault.certainty, fault.blame, fault.to_string())
}

fn says(document: &str) -> String {
    format!("cat >/dev/null; printf '%s\\n' '{document}'")
}

#[tokio::test]
async fn a_program_says_itself_how_sure_its_answer_is() {
    for (document, certainty, blame) in [
        (r#"{"schema":"keybaton/exec/v1","refused":"no"}"#, Certainty::Refused, Blame::Rejected),
        (r#"{"schema":"keybaton/exec/v1","refused":"no","blame":"full"}"#, Certainty::Refused, Blame::Full),
        (r#"{"schema":"keybaton/exec/v1","not_sent":"no"}"#, Certainty::NotSent, Blame::Transient),
        (r#"{"schema":"keybaton/exec/v1","unknown":"no"}"#, Certainty::Unknown, Blame::Transient),
    ] {
        let (found, whose, words) = ends(&says(document)).await;
        assert_eq!((found, whose), (certainty, blame), "{document}");
        assert!(words.starts_with("create: program: no"), "{words}");
    }
}

#[tokio::test]
async fn every_other_end_is_unknown() {
    for (script, words) in [
        (format!("{OK}; exit 3"), "exit status 3"),
        ("kill -9 $$".to_owned(), "signal 9"),
        ("exit 0".to_owned(), "did not answer as"),
        (says("{"), "did not answer as"),
        (says(r#"{"schema":"keybaton/exec/v2","ok":{"id":"k","value":"v"}}"#), "the schema keybaton/exec/v1"),
        (says(r#"{"schema":"keybaton/exec/v1"}"#), "one of ok, refused"),
        (says(r#"{"schema":"keybaton/exec/v1","ok":{"id":"k","value":"v"},"refused":"x"}"#), "one of ok, refused"),
        (says(r#"{"schema":"keybaton/exec/v1","ok":{"id":"k"}}"#), "no value"),
        (says(r#"{"schema":"keybaton/exec/v1","ok":{"id":"","value":"v"}}"#), "no id"),
        (says(r#"{"schema":"keybaton/exec/v1","ok":{"id":"k","value":"v","more":1}}"#), "did not answer as"),
        (format!("{OK}; echo more"), "more than one line"),
        ("head -c 3000000 /dev/zero | tr '\\0' x".to_owned(), "more than 1 MiB"),
    ] {
        let (certainty, _, told) = ends(&script).await;
        assert_eq!(certainty, Certainty::Unknown, "{script}: {told}");
        assert!(told.contains(words), "{script}: {told}");
    }
}

#[tokio::test]
async fn a_program_that_hangs_is_ended_with_everybody_whom_it_has_started() {
    let rig =
        Rig::script("sleep 1000 & echo $! >\"$(dirname \"$0\")/child\"; trap '' TERM; while :; do sleep 1000; done");
    let fault = rig.create(&json!({ "timeout": "1s" })).await.err().unwrap();
    assert_eq!(fault.certainty, Certainty::Unknown);
    assert!(fault.to_string().contains("did not answer in time"), "{fault}");
    let child = std::fs::read_to_string(rig.path("child")).unwrap();
    gone(child.trim()).await;
}

#[tokio::test]
async fn a_call_that_is_given_up_leaves_nobody_behind() {
    let rig = Rig::script("echo $$ >\"$(dirname \"$0\")/self\"; sleep 1000");
    let waited = async {
        while std::fs::read_to_string(rig.path("self")).map_or(true, |pid| !pid.ends_with('\n')) {
            tokio::task::yield_now().await;
        }
    };
    let plain = json!({});
    tokio::select! {
        _ = rig.create(&plain) => panic!("it does not end"),
        () = waited => {}
    }
    gone(std::fs::read_to_string(rig.path("self")).unwrap().trim()).await;
}

#[tokio::test]
async fn a_child_that_holds_the_output_open_is_not_waited_for() {
    let rig = Rig::script(&format!("setsid sleep 1000 & echo $! >\"$(dirname \"$0\")/child\"; {OK}"));
    let started = std::time::Instant::now();
    let made = rig.create(&json!({})).await.unwrap();
    assert_eq!(made.id.0, "k1");
    assert!(started.elapsed() < std::time::Duration::from_secs(5), "it waited for a stranger");
    let child = std::fs::read_to_string(rig.path("child")).unwrap().trim().parse().unwrap();
    let _ =
        rustix::process::kill_process(rustix::process::Pid::from_raw(child).unwrap(), rustix::process::Signal::KILL);
}

#[tokio::test]
async fn a_program_that_does_not_listen_and_talks_a_lot_is_heard() {
    let rig = Rig::script(&format!("exec <&-; head -c 500000 /dev/zero >&2; {OK}"));
    assert_eq!(rig.create(&json!({ "options": { "long": "x".repeat(300_000) } })).await.unwrap().id.0, "k1");
}

#[tokio::test]
async fn a_probe_has_three_verdicts() {
    for (word, verdict) in
        [("accepted", Verdict::Accepted), ("refused", Verdict::Refused), ("inconclusive", Verdict::Inconclusive)]
    {
        let rig = Rig::script(&says(&format!(r#"{{"schema":"keybaton/exec/v1","ok":{{"verdict":"{word}"}}}}"#)));
        assert_eq!(rig.probe().await.unwrap(), verdict);
    }
    let rig = Rig::script(&says(r#"{"schema":"keybaton/exec/v1","ok":{"verdict":"maybe"}}"#));
    assert_eq!(rig.probe().await.unwrap_err().certainty, Certainty::Unknown);
}

/// Waits until there is no such process; one that is dead and not collected counts as gone.
async fn gone(pid: &str) {
    let alive = || {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"));
        stat.is_ok_and(|stat| !stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z')))
    };
    let ended = async {
        while alive() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), ended).await.unwrap_or_else(|_| panic!("{pid} lives on"));
}
