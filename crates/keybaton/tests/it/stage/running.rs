//! A command that goes on by itself: its words as they come, its signals, its end.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::Ended;

/// No command of these tests takes longer, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(90);

/// A command that goes on by itself; it is killed when dropped.
pub(crate) struct Running {
    line: String,
    child: Child,
    err: Stream,
    out: Stream,
}

/// What was read of a stream so far.
struct Stream {
    text: Arc<Mutex<String>>,
    grown: watch::Receiver<usize>,
    reading: JoinHandle<()>,
}

impl Running {
    pub(crate) fn new(mut command: Command, line: &str) -> Self {
        let mut child = command.spawn().unwrap_or_else(|error| panic!("keybaton {line} does not start: {error}"));
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        Self { line: line.to_owned(), child, err: Stream::read(err), out: Stream::read(out) }
    }

    /// Tells it this on its standard input, and nothing more. A command that does not listen closes it early.
    pub(crate) async fn hear(&mut self, input: &str) {
        if let Some(mut stdin) = self.child.stdin.take() {
            drop(stdin.write_all(input.as_bytes()).await);
        }
    }

    /// Types this on its standard input, which stays open.
    pub(crate) async fn types(&mut self, input: &str) {
        self.child.stdin.as_mut().unwrap().write_all(input.as_bytes()).await.unwrap();
    }

    /// Waits until another line of its words contains this than those that do already.
    pub(crate) async fn says_again(&mut self, words: &str) {
        let waited = tokio::time::timeout(PATIENCE, self.err.lines(words, 2)).await;
        assert_eq!(waited, Ok(Some(())), "`keybaton {}` said {words:?} once:\n{}", self.line, self.words());
    }

    /// Closes its standard input.
    pub(crate) fn deafen(&mut self) {
        drop(self.child.stdin.take());
    }

    /// From now on no file may grow in its hands, as if every disk were full.
    pub(crate) fn fill_disks(&self) {
        self.limit_files(Some(0));
    }

    /// Files may grow again.
    pub(crate) fn free_disks(&self) {
        self.limit_files(None);
    }

    fn limit_files(&self, current: Option<u64>) {
        let pid = i32::try_from(self.id()).ok().and_then(rustix::process::Pid::from_raw);
        let room = rustix::process::Rlimit { current, maximum: None };
        rustix::process::prlimit(pid, rustix::process::Resource::Fsize, room).unwrap();
    }

    /// The number of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Waits until a line of its words contains this, and returns the line.
    pub(crate) async fn says(&mut self, words: &str) -> String {
        let waited = tokio::time::timeout(PATIENCE, self.err.line(words)).await;
        waited
            .ok()
            .flatten()
            .unwrap_or_else(|| panic!("`keybaton {}` never said {words:?}:\n{}", self.line, self.words()))
    }

    /// Its words so far.
    pub(crate) fn words(&self) -> String {
        self.err.text.lock().unwrap().clone()
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        let pid = self.child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Waits for the end.
    pub(crate) async fn ended(mut self) -> Ended {
        let status = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        let status = status.unwrap_or_else(|_| panic!("`keybaton {}` does not end:\n{}", self.line, self.words()));
        let (stdout, stderr) = (self.out.rest().await, self.err.rest().await);
        Ended::new(&self.line, &std::process::Output { status: status.unwrap(), stdout, stderr })
    }

    /// Kills it unless it ends within this time; says how it ended, or `None` when it was killed.
    pub(crate) async fn killed_after(mut self, span: Duration) -> Option<Ended> {
        if tokio::time::timeout(span, self.child.wait()).await.is_ok() {
            return Some(self.ended().await);
        }
        self.signal(Signal::KILL);
        let ended = self.ended().await;
        ended.code().is_some().then_some(ended)
    }
}

impl Stream {
    fn read(stream: impl AsyncRead + Unpin + Send + 'static) -> Self {
        let text = Arc::new(Mutex::new(String::new()));
        let (grow, grown) = watch::channel(0);
        let into = Arc::clone(&text);
        let reading = tokio::spawn(async move {
            let mut lines = BufReader::new(stream).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                into.lock().unwrap().extend([line.as_str(), "\n"]);
                grow.send_modify(|count| *count += 1);
            }
        });
        Self { text, grown, reading }
    }

    async fn line(&mut self, words: &str) -> Option<String> {
        loop {
            self.grown.borrow_and_update();
            let found = self.text.lock().unwrap().lines().find(|line| line.contains(words)).map(str::to_owned);
            if found.is_some() {
                return found;
            }
            self.grown.changed().await.ok()?;
        }
    }

    async fn lines(&mut self, words: &str, count: usize) -> Option<()> {
        loop {
            self.grown.borrow_and_update();
            let found = self.text.lock().unwrap().lines().filter(|line| line.contains(words)).count();
            if found >= count {
                return Some(());
            }
            self.grown.changed().await.ok()?;
        }
    }

    async fn rest(self) -> Vec<u8> {
        self.reading.await.unwrap();
        self.text.lock().unwrap().clone().into_bytes()
    }
}
