//! `keybaton run`: a command gets its secrets, and is moved to each new version.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use keybaton_types::wire::Kind;
use rustix::process::{Pid, Signal, test_kill_process};

use super::{Fake, Mood, TOKEN};
use crate::stage::{Ended, Keybaton, Running};

const A: &str = "v4lue-a-0f-the-test";
const B: &str = "v4lue-b-0f-the-test";

/// A service as many are written: it says in a log when it starts, when it is told, and when it ends, each with the
/// value that it has.
const SERVICE: &str = "#!/bin/sh\n\
    key() { if [ -n \"$KEY_FILE\" ]; then cat \"$KEY_FILE\"; else printf %s \"$KEY\"; fi; }\n\
    mine=$(key)\n\
    echo \"start $mine\" >> log\n\
    trap 'echo \"told $(key)\" >> log' HUP\n\
    trap 'echo \"end $mine\" >> log; kill $nap; exit 0' TERM\n\
    while :; do sleep 1000 & nap=$!; wait $nap; done\n";

struct Stage {
    keybaton: Keybaton,
    fake: Fake,
}

impl Stage {
    async fn new() -> Self {
        let (mut keybaton, fake) = (Keybaton::new(), Fake::start(A).await);
        keybaton.write("token", TOKEN);
        keybaton.set("KEYBATON_SERVER", &fake.url());
        let memory = keybaton.path("memory");
        fs::create_dir(&memory).unwrap();
        keybaton.set("TMPDIR", memory.to_str().unwrap());
        let stage = Self { keybaton, fake };
        stage.script("service", SERVICE);
        stage
    }

    fn script(&self, name: &str, text: &str) {
        self.keybaton.write(name, text);
        fs::set_permissions(self.keybaton.path(name), fs::Permissions::from_mode(0o700)).unwrap();
    }

    fn start(&self, flags: &str) -> Running {
        self.keybaton.start(&line(flags))
    }

    async fn run(&self, flags: &str) -> Ended {
        self.keybaton.run(&line(flags)).await.hides(A).hides(B)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.keybaton.path(name)
    }

    /// What the service has written.
    fn log(&self) -> Vec<String> {
        let log = fs::read_to_string(self.path("log")).unwrap_or_default();
        log.lines().map(|line| line.replace(A, "A").replace(B, "B")).collect()
    }

    /// Waits until the service has written so many lines.
    async fn logs(&self, lines: usize) -> Vec<String> {
        until(|| self.log().len() >= lines, "the service writes its log").await;
        self.log()
    }
}

fn line(flags: &str) -> String {
    format!("run --token-file token --jitter 0s --ready-after 300ms {flags}")
}

/// Waits for what happens in another process, where nobody tells us.
async fn until(is_so: impl Fn() -> bool, what: &str) {
    for _ in 0..1200 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("never came: {what}");
}

fn is_there(pid: &str) -> bool {
    test_kill_process(Pid::from_raw(pid.trim().parse().unwrap()).unwrap()).is_ok()
}

async fn end(running: Running) -> Ended {
    running.signal(Signal::TERM);
    running.ended().await.hides(A).hides(B)
}

#[tokio::test]
async fn a_command_finds_its_secret_in_a_private_file_that_is_gone_afterwards() {
    let stage = Stage::new().await;
    stage.script(
        "child",
        "#!/bin/sh\ncat \"$KEY_FILE\" > seen\nstat -c %a \"$KEY_FILE\" > mode\necho \"$KEY_FILE\" > where\n\
         env > environment\nexit 7\n",
    );
    stage.run("--file KEY=payments/prod -- ./child").await.exits(7);
    let read = |name| fs::read_to_string(stage.path(name)).unwrap();
    assert_eq!((read("seen").as_str(), read("mode").as_str()), (A, "600\n"));
    assert!(!PathBuf::from(read("where").trim()).parent().unwrap().parent().unwrap().exists());
    assert!(!read("environment").contains(A) && !read("environment").contains("KEYBATON_TOKEN"));
    assert!(stage.fake.has_heard(1, Kind::Dropped) && !stage.fake.has_heard(1, Kind::Delivered));
}

#[tokio::test]
async fn a_command_finds_its_secret_in_the_variable_that_it_had_before() {
    let stage = Stage::new().await;
    stage.script("child", "#!/bin/sh\nprintf %s \"$KEY\" > seen\nkill -9 $$\n");
    stage.run("--secret KEY=payments/prod -- ./child").await.exits(137);
    assert_eq!(fs::read_to_string(stage.path("seen")).unwrap(), A);
}

#[tokio::test]
async fn a_restart_keeps_the_old_command_until_the_new_one_is_ready() {
    let stage = Stage::new().await;
    let mut run = stage.start("--file KEY=payments/prod -- ./service");
    run.says("ready").await;
    stage.fake.hears(1, Kind::Delivered).await;
    stage.fake.publish(B);
    stage.fake.hears(2, Kind::Delivered).await;
    assert_eq!(stage.logs(3).await, ["start A", "start B", "end A"]);
    assert!(!stage.fake.has_heard(1, Kind::Dropped), "it is the fallback until it is retiring");
    stage.fake.retire(1);
    stage.fake.hears(1, Kind::Dropped).await;
    end(run).await.exits(0);
    assert_eq!(stage.logs(4).await[3], "end B");
    let kinds: Vec<(u64, Kind)> = stage.fake.heard().into_iter().map(|heard| (heard.1, heard.2)).collect();
    let at = |wanted| kinds.iter().position(|kind| *kind == wanted).unwrap();
    assert!(at((2, Kind::Delivered)) < at((1, Kind::Dropped)), "{kinds:?}");
}

#[tokio::test]
async fn a_variable_is_new_in_the_new_command() {
    let stage = Stage::new().await;
    let mut run = stage.start("--secret KEY=payments/prod -- ./service");
    run.says("ready").await;
    stage.fake.publish(B);
    stage.fake.hears(2, Kind::Delivered).await;
    assert_eq!(stage.logs(3).await, ["start A", "start B", "end A"]);
    end(run).await.exits(0);
}

#[tokio::test]
async fn a_command_that_holds_a_port_ends_before_the_new_one_starts() {
    let stage = Stage::new().await;
    let mut run = stage.start("--stop-first --file KEY=payments/prod -- ./service");
    run.says("ready").await;
    stage.fake.publish(B);
    stage.fake.hears(2, Kind::Delivered).await;
    assert_eq!(stage.logs(3).await, ["start A", "end A", "start B"]);
    end(run).await.exits(0);
}

#[tokio::test]
async fn a_new_command_that_fails_leaves_the_old_one_alone() {
    let stage = Stage::new().await;
    stage.script("fussy", &format!("#!/bin/sh\ngrep -q {A} \"$KEY_FILE\" || exit 3\nexec ./service\n"));
    let mut run = stage.start("--file KEY=payments/prod -- ./fussy");
    run.says("ready").await;
    stage.fake.publish(B);
    let words = run.says("not ready").await;
    assert!(words.contains("exit code 3"), "{words}");
    run.says("it is tried again").await;
    stage.fake.retire(1);
    assert_eq!(stage.log(), ["start A"]);
    let ended = end(run).await.exits(0);
    assert!(!stage.fake.has_heard(2, Kind::Delivered), "{}", ended.transcript());
}

#[tokio::test]
async fn a_command_says_itself_when_it_is_ready() {
    let stage = Stage::new().await;
    stage.script("told", "#!/bin/sh\n./gate && systemd-notify --ready\nexec ./service\n");
    stage.script("gate", "#!/bin/sh\nwhile [ ! -e open ]; do sleep 0.05; done\n");
    let line = "run --token-file token --jitter 0s --ready-notify --file KEY=payments/prod -- ./told";
    let mut run = stage.keybaton.start(line);
    run.says("started").await;
    assert!(!stage.fake.has_heard(1, Kind::Delivered));
    stage.keybaton.write("open", "");
    run.says("ready").await;
    stage.fake.hears(1, Kind::Delivered).await;
    end(run).await.exits(0);
}

#[tokio::test]
async fn a_signal_tells_the_command_that_its_file_is_another_one() {
    let stage = Stage::new().await;
    let mut run = stage.start("--on-change signal --signal HUP --file KEY=payments/prod -- ./service");
    run.says("ready").await;
    stage.fake.publish(B);
    run.says("refreshed").await;
    stage.fake.hears(2, Kind::Delivered).await;
    assert_eq!(stage.logs(2).await, ["start A", "told B"]);
    stage.fake.retire(1);
    end(run).await.exits(0);
    stage.fake.hears(1, Kind::Dropped).await;
    let heard = stage.fake.heard();
    let at = |wanted| heard.iter().position(|heard| (heard.1, heard.2) == wanted);
    assert!(at((2, Kind::Delivered)) < at((1, Kind::Dropped)), "what a process has in memory nobody sees: {heard:?}");
}

#[tokio::test]
async fn a_command_of_your_own_tells_it_and_is_tried_again_when_it_fails() {
    let stage = Stage::new().await;
    stage.script("reload", "#!/bin/sh\necho once >> tries\n[ $(wc -l < tries) -ge 2 ] && kill -HUP $KEYBATON_CHILD\n");
    let mut run = stage.start("--on-change exec --exec ./reload --file KEY=payments/prod -- ./service");
    run.says("ready").await;
    stage.fake.publish(B);
    run.says("postponed").await;
    assert!(!stage.fake.has_heard(2, Kind::Delivered));
    stage.fake.hears(2, Kind::Delivered).await;
    assert_eq!(stage.logs(2).await, ["start A", "told B"]);
    end(run).await.exits(0);
}

#[tokio::test]
async fn a_command_that_is_not_told_reads_its_file_when_it_likes_and_nothing_is_claimed() {
    let stage = Stage::new().await;
    stage.script("where", "#!/bin/sh\necho \"$KEY_FILE\" > where\nexec ./service\n");
    let mut run = stage.start("--on-change none --file KEY=payments/prod -- ./where");
    run.says("ready").await;
    stage.fake.publish(B);
    run.says("refreshed").await;
    let path = fs::read_to_string(stage.path("where")).unwrap();
    assert_eq!(fs::read_to_string(path.trim()).unwrap(), B);
    end(run).await.exits(0);
    assert!(!stage.fake.has_heard(2, Kind::Delivered));
    assert_eq!(stage.log(), ["start A", "end A"]);
}

#[tokio::test]
async fn a_burst_of_changes_is_one_action() {
    let stage = Stage::new().await;
    let mut run = stage.start("--file KEY=payments/prod -- ./service");
    run.says("ready").await;
    for value in ["v4lue-x", "v4lue-y", B] {
        stage.fake.publish(value);
    }
    stage.fake.hears(4, Kind::Delivered).await;
    assert_eq!(stage.logs(3).await, ["start A", "start B", "end A"]);
    end(run).await.exits(0);
}

#[tokio::test]
async fn whoever_the_command_has_started_ends_with_it_and_leaves_no_zombie() {
    let stage = Stage::new().await;
    stage.script("parent", "#!/bin/sh\nsetsid sleep 0.3 &\n(sleep 0.1 &)\nsleep 1000 &\necho $! > nap\nwait $!\n");
    let mut run = stage.start("--file KEY=payments/prod -- ./parent");
    run.says("ready").await;
    let nap = fs::read_to_string(stage.path("nap")).unwrap();
    assert!(is_there(&nap));
    let id = run.id();
    until(|| zombies(id).is_empty(), "everybody is reaped").await;
    end(run).await.exits(143);
    until(|| !is_there(&nap), "the group is ended").await;
}

/// The children of a process that nobody has waited for.
fn zombies(id: u32) -> Vec<String> {
    let tasks = fs::read_dir(format!("/proc/{id}/task")).unwrap().flatten();
    let children = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    let children: Vec<String> =
        children.flat_map(|list| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect();
    let is_zombie =
        |child: &String| fs::read_to_string(format!("/proc/{child}/stat")).is_ok_and(|stat| stat.contains(") Z "));
    children.into_iter().filter(is_zombie).collect()
}

#[tokio::test]
async fn what_is_typed_on_a_terminal_reaches_the_command() {
    let mut stage = Stage::new().await;
    // a shell that hands its place over to the command, and does not end with 130 by itself
    stage.keybaton.set("SHELL", "/bin/bash");
    stage.script("asks", "#!/bin/sh\ntrap 'exit 42' INT\nread answer\necho \"got $answer\" > answer\nsleep 1000\n");
    let mut run = stage.keybaton.start_on_terminal(&line("--file KEY=payments/prod -- ./asks"));
    run.says("ready").await;
    run.types("hello\n").await;
    until(|| stage.path("answer").exists(), "the command reads the terminal").await;
    assert_eq!(fs::read_to_string(stage.path("answer")).unwrap(), "got hello\n");
    run.types("\u{3}").await;
    run.ended().await.exits(42);
}

#[tokio::test]
async fn without_a_server_nothing_is_started() {
    let stage = Stage::new().await;
    stage.fake.mood(Mood::Says(503));
    stage.run("--file KEY=payments/prod -- ./service").await.exits(3).explains().says(&["payments/prod"]);
    stage.fake.mood(Mood::Says(401));
    stage.run("--file KEY=payments/prod -- ./service").await.exits(3).explains().says(&["token list"]);
    assert!(stage.log().is_empty());
}

#[tokio::test]
async fn what_cannot_work_is_refused_before_anything_starts() {
    let stage = Stage::new().await;
    for (flags, words) in [
        ("--secret KEY=payments/prod --on-change signal -- ./service", "--file"),
        ("--file KEY=a/b --secret KEY=c/d -- ./service", "twice"),
        ("--file KEY=payments -- ./service", "NAME/ENV"),
        ("--file 1KEY=a/b -- ./service", "environment variable"),
        ("-- ./service", "--file"),
        ("--file KEY=payments/prod --on-change exec -- ./service", "--exec"),
        ("--file KEY=payments/prod --signal NOPE -- ./service", "HUP"),
        ("--file KEY=payments/prod", "COMMAND"),
    ] {
        stage.run(flags).await.exits(2).explains().says(&[words]);
    }
    stage.run("--file KEY=payments/prod -- ./no-such-program").await.exits(2).explains().says(&["no-such-program"]);
    assert!(stage.log().is_empty());
}
