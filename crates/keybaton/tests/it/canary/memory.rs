//! The memory of a process that holds values: the kernel writes no dump of it, and shows it to root alone.

use std::{fs, os::unix::fs::MetadataExt as _, process::Stdio};

/// Somebody without any rights.
const NOBODY: u32 = 65_534;

/// What the kernel shows of a process belongs to its user, unless the process said that nobody may look into it: then no
/// core dump of it is written either (`PR_SET_DUMPABLE`, prctl(2)).
#[tokio::test]
async fn the_memory_of_a_process_of_ours_is_shown_to_nobody_and_never_dumped() {
    let own = rustix::process::getuid();
    let owner = |program: &str, words: &[&str]| {
        let mut command = if own.is_root() {
            let mut command = std::process::Command::new("setpriv");
            command.args(["--reuid", &NOBODY.to_string(), "--clear-groups", program]);
            command
        } else {
            std::process::Command::new(program)
        };
        let mut child = command.args(words).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let process = format!("/proc/{}", child.id());
        // it is itself, and no more what started it, when it waits for its input
        let name = program.rsplit('/').next().unwrap();
        let waits = || {
            let stat = fs::read_to_string(format!("{process}/stat")).unwrap();
            stat.contains(&format!("({name})")) && stat.contains(") S ")
        };
        while !waits() {
            assert!(child.try_wait().unwrap().is_none(), "{program} ended early");
        }
        let owner = fs::metadata(format!("{process}/environ")).unwrap().uid();
        child.kill().unwrap();
        child.wait().unwrap();
        owner
    };
    let user = if own.is_root() { NOBODY } else { own.as_raw() };
    assert_eq!(owner("/bin/cat", &[]), user, "the test sees no difference");
    assert_eq!(owner(env!("CARGO_BIN_EXE_keybaton"), &["scan", "--stdin"]), 0, "its memory can be looked into");
}
