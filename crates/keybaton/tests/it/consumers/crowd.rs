//! Processes of consumers, as the tests hold them.

use std::path::PathBuf;
use std::process::Stdio;

use rustix::process::Signal;
use tokio::process::Command;

use super::far::Far;
use super::instance::{Habit, ORDERS, Orders, Went};
use crate::stage::Running;

/// How consumers are started: what they read and where they take it.
#[derive(Clone)]
pub(super) struct Recruiter {
    pub(super) server: String,
    pub(super) token: PathBuf,
    pub(super) secret: String,
    pub(super) far: Far,
    pub(super) pace_ms: u64,
}

/// A process of one or more instances.
pub(super) struct Process {
    running: Running,
    names: Vec<String>,
}

impl Recruiter {
    /// Starts a process of these instances, and waits until each of them has what it needs.
    pub(super) async fn start(&self, names: &[String], habit: Habit) -> Process {
        let mut process = self.spawn(names, habit, None);
        process.are_ready().await;
        process
    }

    /// Starts processes of five instances each.
    pub(super) async fn start_many(&self, names: &[String], habit: Habit) -> Vec<Process> {
        let mut processes: Vec<Process> = names.chunks(5).map(|names| self.spawn(names, habit, None)).collect();
        for process in &mut processes {
            process.are_ready().await;
        }
        processes
    }

    /// The same for one instance with a disk cache.
    pub(super) async fn start_cached(&self, name: &str, cache: PathBuf) -> Process {
        let mut process = self.spawn(&[name.to_owned()], Habit::Steady, Some(cache));
        process.are_ready().await;
        process
    }

    /// Starts an instance that serves callers of its own; its URL too.
    pub(super) async fn start_serving(&self, name: &str) -> (Process, String) {
        let mut process = self.spawn(&[name.to_owned()], Habit::Serves, None);
        let line = process.running.says(&format!("{name} ready on http://")).await;
        let url = format!("http://{}/", line.split("http://").nth(1).unwrap().trim());
        (process, url)
    }

    fn spawn(&self, names: &[String], habit: Habit, cache: Option<PathBuf>) -> Process {
        let orders = Orders {
            server: self.server.clone(),
            token: self.token.display().to_string(),
            secret: self.secret.clone(),
            instances: names.to_vec(),
            far: self.far.clone(),
            habit,
            pace_ms: self.pace_ms,
            cache,
        };
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["consumers::instance::a_process_of_instances", "--exact", "--ignored", "--nocapture"]);
        command.env(ORDERS, serde_json::to_string(&orders).unwrap()).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Process { running: Running::new(command, &format!("instances {names:?}")), names: names.to_vec() }
    }
}

impl Process {
    async fn are_ready(&mut self) {
        for name in self.names.clone() {
            self.running.says(&format!("{name} ready")).await;
        }
    }

    /// Waits until every instance lends this version.
    pub(super) async fn are_at(&mut self, version: u64) {
        for name in self.names.clone() {
            self.running.says(&format!("{name} ready at {version}")).await;
        }
    }

    /// Lets those that lag go on.
    pub(super) async fn goes_on(&mut self) {
        self.running.types("\n").await;
    }

    pub(super) fn signal(&self, signal: Signal) {
        self.running.signal(signal);
    }

    /// Kills it, as a machine does that goes down.
    pub(super) async fn killed(self) {
        self.running.signal(Signal::KILL);
        self.running.ended().await;
    }

    /// Ends it in order, and says how it went.
    pub(super) async fn went(mut self) -> Went {
        self.running.deafen();
        let ended = self.running.ended().await;
        let line = ended.err.lines().find_map(|line| line.strip_prefix("went "));
        let line = line.unwrap_or_else(|| panic!("instances {:?} did not say how it went:\n{}", self.names, ended.err));
        serde_json::from_str(line).unwrap()
    }
}

/// Ends processes in order, and asserts that not one call was refused, none had to do without a key, and there were some.
pub(super) async fn assert_unharmed(processes: Vec<Process>, at_least: u64) {
    let mut went = Went::default();
    for process in processes {
        went.add(process.went().await);
    }
    assert_eq!((&went.refused, &went.unserved), (&Vec::new(), &Vec::new()), "beside {} calls", went.served);
    assert!(went.served >= at_least, "{went:?} is no load");
}

/// So many names.
pub(super) fn names(prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|no| format!("{prefix}-{no}")).collect()
}
