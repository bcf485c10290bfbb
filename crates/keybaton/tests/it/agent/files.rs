//! Files and templates that an agent keeps.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::time::{Duration, Instant};

use keybaton_types::wire::Kind;
use rustix::process::Signal;

use super::reads::Stage;
use crate::stage::Running;

const A: &str = "v4lue-a-0f-the-test";
const B: &str = "v4lue-b-0f-the-test";

impl Stage {
    /// An agent that keeps files.
    fn keeps(&self, files: &str) -> Running {
        self.keybaton.write("agent.toml", &format!("version = 1\n{files}"));
        self.keybaton.start("agent --token-file token --listen 127.0.0.1:0 --files agent.toml")
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.keybaton.path(name)).unwrap_or_default()
    }
}

async fn until(is_so: impl Fn() -> bool, what: &str) {
    let until = Instant::now() + Duration::from_mins(1);
    while !is_so() {
        assert!(Instant::now() < until, "never came: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn end(agent: Running) -> String {
    agent.signal(Signal::TERM);
    agent.ended().await.exits(0).hides(A).hides(B).err
}

#[tokio::test]
async fn a_file_follows_its_secret_and_a_command_hears_of_it() {
    let stage = Stage::new().await;
    let agent = stage.keeps(
        "[[file]]\npath = \"key\"\nsecret = \"payments/prod\"\nmode = \"0640\"\njitter = \"0s\"\n\
         on_change = { command = [\"sh\", \"-c\", \"cat key >> told\"] }\n",
    );
    stage.fake.hears(1, Kind::Delivered).await;
    let first = fs::metadata(stage.keybaton.path("key")).unwrap();
    assert_eq!((stage.text("key").as_str(), first.permissions().mode() & 0o777), (A, 0o640));
    assert_eq!(stage.text("told"), "", "who reads a new file has not begun yet");
    stage.fake.publish(B);
    stage.fake.hears(2, Kind::Delivered).await;
    assert_eq!((stage.text("key").as_str(), stage.text("told").as_str()), (B, B));
    assert_ne!(fs::metadata(stage.keybaton.path("key")).unwrap().ino(), first.ino(), "it is another file of one name");
    stage.fake.retire(1);
    end(agent).await;
    let heard = stage.fake.heard();
    assert!(!heard.iter().any(|heard| heard.2 == Kind::Dropped && heard.1 == 2), "the file is still there: {heard:?}");
    assert!(!heard.iter().any(|heard| heard.2 == Kind::Used), "nobody saw a use: {heard:?}");
    assert_eq!(stage.text("key"), B);
}

#[tokio::test]
async fn a_template_is_written_once_a_burst_and_a_change_during_a_stop_is_told_at_the_next_start() {
    let stage = Stage::new().await;
    stage.fake.publish_of("db/prod", "d1");
    stage.keybaton.write("app.j2", "key={{ key }}\ndb={{ db }}\n");
    let files = "[[file]]\npath = \"app.ini\"\ntemplate = \"app.j2\"\njitter = \"0s\"\n\
                 secrets = { key = \"payments/prod\", db = \"db/prod\" }\n\
                 on_change = { command = [\"sh\", \"-c\", \"echo told >> told\"] }\n";
    let mut agent = stage.keeps(files);
    agent.says("app.ini").await;
    assert_eq!(stage.text("app.ini"), format!("key={A}\ndb=d1\n"));
    stage.fake.publish(B);
    stage.fake.publish_of("db/prod", "d2");
    until(|| stage.text("told") == "told\n", "one action").await;
    assert_eq!(stage.text("app.ini"), format!("key={B}\ndb=d2\n"));
    end(agent).await;
    let mut agent = stage.keeps(files);
    agent.says("app.ini").await;
    assert_eq!(stage.text("told"), "told\n", "nothing has changed");
    end(agent).await;
    stage.fake.publish_of("db/prod", "d3");
    let mut agent = stage.keeps(files);
    agent.says("app.ini").await;
    assert_eq!((stage.text("told").as_str(), stage.text("app.ini").contains("db=d3")), ("told\ntold\n", true));
    end(agent).await;
}

#[tokio::test]
async fn a_process_is_told_by_its_pid_file() {
    let stage = Stage::new().await;
    let script = "trap 'cat key > told' USR1; echo $$ > pid; while [ ! -e stop ]; do sleep 0.05; done";
    let mut service = tokio::process::Command::new("sh");
    service.args(["-c", script]).current_dir(stage.keybaton.path("")).kill_on_drop(true);
    let mut service = service.spawn().unwrap();
    until(|| !stage.text("pid").is_empty(), "the service starts").await;
    let agent = stage.keeps(&format!(
        "[[file]]\npath = \"key\"\nsecret = \"payments/prod\"\njitter = \"0s\"\n\
         on_change = {{ signal = \"USR1\", pid_file = {:?} }}\n",
        stage.keybaton.path("pid")
    ));
    stage.fake.hears(1, Kind::Delivered).await;
    stage.fake.publish(B);
    stage.fake.hears(2, Kind::Delivered).await;
    until(|| stage.text("told") == B, "the service reads its file").await;
    stage.keybaton.write("stop", "");
    service.wait().await.unwrap();
    end(agent).await;
}

#[tokio::test]
async fn who_could_not_be_told_is_told_again_and_nothing_is_claimed_before() {
    let stage = Stage::new().await;
    let mut agent = stage.keeps(
        "[[file]]\npath = \"key\"\nsecret = \"payments/prod\"\njitter = \"0s\"\n\
         on_change = { command = [\"test\", \"-e\", \"open\"] }\n",
    );
    stage.fake.hears(1, Kind::Delivered).await;
    stage.fake.publish(B);
    agent.says("telling of it failed").await;
    assert!(stage.text("key") == B && !stage.fake.has_heard(2, Kind::Delivered));
    stage.keybaton.write("open", "");
    stage.fake.hears(2, Kind::Delivered).await;
    end(agent).await;
}

#[tokio::test]
async fn a_template_that_fails_at_work_leaves_the_last_good_file() {
    let stage = Stage::new().await;
    let mut agent = stage.keeps(&format!(
        "[[file]]\npath = \"a\"\njitter = \"0s\"\nsecrets = {{ key = \"payments/prod\" }}\n\
         text = \"{{% if key == '{A}' %}}good{{% else %}}{{{{ key.x.y }}}}{{% endif %}}\"\n"
    ));
    stage.fake.hears(1, Kind::Delivered).await;
    stage.fake.publish(B);
    let said = agent.says("the last good file stays").await;
    assert!(said.contains("line 1 of the template"), "{said}");
    assert_eq!(stage.text("a"), "good");
    end(agent).await;
}

#[tokio::test]
async fn a_full_disk_leaves_the_last_good_file_and_keeps_no_value_from_readers() {
    let stage = Stage::new().await;
    let entry = "version = 1\n[[file]]\npath = \"key\"\nsecret = \"payments/prod\"\njitter = \"0s\"\n";
    stage.keybaton.write("agent.toml", entry);
    let line = "agent --token-file token --listen 127.0.0.1:0 --cache cache --files agent.toml";
    let mut agent = stage.keybaton.start_on_small_disks(line);
    let local = stage.reader(&mut agent).await;
    stage.fake.hears(1, Kind::Delivered).await;
    agent.fill_disks();
    stage.fake.publish(B);
    agent.says("cannot be written").await;
    assert_eq!(stage.text("key"), A, "the last good file stays");
    local.comes_to(B).await;
    assert!(!stage.fake.has_heard(2, Kind::Delivered), "nothing is claimed of a file that was not written");
    agent.free_disks();
    stage.fake.hears(2, Kind::Delivered).await;
    assert_eq!(stage.text("key"), B);
    end(agent).await;
}

#[tokio::test]
async fn a_hangup_brings_what_is_new_and_never_what_is_not_understood() {
    let stage = Stage::new().await;
    stage.fake.publish_of("db/prod", "d1");
    let key = "[[file]]\npath = \"key\"\nsecret = \"payments/prod\"\njitter = \"0s\"\n";
    let told = "on_change = { command = [\"sh\", \"-c\", \"cat key >> told\"] }\n";
    let mut agent = stage.keeps(&format!("{key}{told}"));
    stage.fake.hears(1, Kind::Delivered).await;

    stage.keybaton.write("agent.toml", &format!("version = 1\n{key}colour = 1\n"));
    agent.signal(Signal::HUP);
    agent.says("stays as it was").await;
    assert!(agent.words().contains("colour"), "{}", agent.words());
    stage.fake.publish(B);
    until(|| stage.text("told") == B, "the file is kept as before, and its command runs").await;

    let more = "[[file]]\npath = \"db\"\ntext = \"{{ db }}!\"\nsecrets = { db = \"db/prod\" }\njitter = \"0s\"\n";
    stage.keybaton.write("agent.toml", &format!("version = 1\n{key}{more}"));
    agent.signal(Signal::HUP);
    agent.says("reloaded").await;
    until(|| stage.text("db") == "d1!", "the new file is written").await;
    stage.fake.publish("v4lue-c-0f-the-test");
    until(|| stage.text("key") == "v4lue-c-0f-the-test", "the old one is kept").await;
    assert_eq!(stage.text("told"), B, "its command is named no more");

    stage.keybaton.write("agent.toml", &format!("version = 1\n{more}"));
    agent.signal(Signal::HUP);
    agent.says_again("reloaded").await;
    stage.fake.publish("v4lue-d-0f-the-test");
    stage.fake.publish_of("db/prod", "d2");
    until(|| stage.text("db") == "d2!", "what is still named is kept").await;
    assert_eq!(stage.text("key"), "v4lue-c-0f-the-test", "what is named no more is left as it is");
    end(agent).await;
}

#[tokio::test]
async fn without_a_file_a_hangup_ends_nothing() {
    let stage = Stage::new().await;
    let mut agent = stage.keybaton.start("agent --token-file token --listen 127.0.0.1:0");
    agent.says("serving").await;
    agent.signal(Signal::HUP);
    agent.says("reloaded").await;
    end(agent).await;
}
