//! One run of a program: a document in, a document out, within its time and its bounds.

use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use keybaton_ports::{Blame, Called, Certainty, Fault};
use rustix::fs::Mode;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::time::{Instant, timeout, timeout_at};
use zeroize::Zeroizing;

use super::call::Message;
use super::program::Program;
use super::signal::Group;

/// The longest answer: 1 MiB.
const LIMIT: usize = 1024 * 1024;

/// How much of its words is read at most, and kept.
const WORDS: usize = 16 * 1024;

/// How long what a program wrote may still be on its way when it has ended.
const LINGER: Duration = Duration::from_millis(250);

/// One at a time changes the mask of new files, which belongs to the whole process.
static UMASK: Mutex<()> = Mutex::new(());

/// Runs a program and returns its answer. What fails before it has started was not sent; afterwards nobody knows.
pub(super) async fn run(program: &Program, message: Message, limit: Duration) -> Called<(Zeroizing<Vec<u8>>, Message)> {
    let deadline = Instant::now() + limit;
    let mut child = start(program)?;
    let mut group = Group::of(child.id());
    // What it may do after it was asked to end.
    let patience = (limit / 8).min(Duration::from_secs(1));
    let mut streams = Streams::of(&mut child);
    let ended = timeout_at(deadline - patience, streams.talk(&message.line, &mut child)).await;
    let Ok(ended) = ended else {
        group.ask();
        let _ = timeout(patience, child.wait()).await;
        group.end();
        return Err(doubt(program, &message, "did not answer in time", &streams));
    };
    // Whoever it has started must not hold its output open.
    group.end();
    let _ = timeout(LINGER, streams.rest()).await;
    let status = ended.map_err(|error| doubt(program, &message, &format!("was lost: {error}"), &streams))?;
    if let Some(how) = failure(status) {
        return Err(doubt(program, &message, &how, &streams));
    }
    match streams.answer() {
        Ok(answer) => Ok((answer, message)),
        Err(what) => Err(doubt(program, &message, what, &streams)),
    }
}

fn start(program: &Program) -> Called<Child> {
    let checked = program.check()?;
    let mut command = Command::new(&checked.start);
    command.env_clear().current_dir("/").process_group(0).kill_on_drop(true);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let spawned = {
        let _alone = UMASK.lock().unwrap_or_else(PoisonError::into_inner);
        let before = rustix::process::umask(Mode::RWXG | Mode::RWXO);
        let spawned = command.spawn();
        rustix::process::umask(before);
        spawned
    };
    drop(checked.file);
    spawned.map_err(|error| {
        let what = format!("the program {} cannot be started: {error}", program.name());
        Fault::new(Blame::Rejected, Certainty::NotSent, what)
    })
}

/// What goes in and comes out.
struct Streams {
    input: Option<tokio::process::ChildStdin>,
    output: Stream<tokio::process::ChildStdout>,
    words: Stream<tokio::process::ChildStderr>,
}

/// A stream of which only so much is kept.
struct Stream<S> {
    source: Option<S>,
    kept: Zeroizing<Vec<u8>>,
    room: usize,
    over: bool,
}

impl Streams {
    fn of(child: &mut Child) -> Self {
        Self {
            input: child.stdin.take(),
            output: Stream::new(child.stdout.take(), LIMIT),
            words: Stream::new(child.stderr.take(), WORDS),
        }
    }

    /// Until the program has ended. All three streams move at once, so that neither side waits for the other.
    async fn talk(&mut self, line: &[u8], child: &mut Child) -> std::io::Result<ExitStatus> {
        let Self { input, output, words } = self;
        let tell = async {
            if let Some(mut input) = input.take() {
                // A program that does not listen says in its answer what it makes of that.
                let _ = input.write_all(line).await;
            }
            std::future::pending::<()>().await;
        };
        let listen = async {
            tokio::join!(output.read(), words.read());
            std::future::pending::<()>().await;
        };
        tokio::select! {
            status = child.wait() => status,
            () = tell => Err(std::io::ErrorKind::Other.into()),
            () = listen => Err(std::io::ErrorKind::Other.into()),
        }
    }

    /// What is still in the pipes.
    async fn rest(&mut self) {
        tokio::join!(self.output.read(), self.words.read());
    }

    /// The one line of the answer.
    fn answer(&self) -> Result<Zeroizing<Vec<u8>>, &'static str> {
        if self.output.over {
            return Err("answered with more than 1 MiB");
        }
        let (line, after) = match self.output.kept.iter().position(|byte| *byte == b'\n') {
            Some(end) => self.output.kept.split_at(end),
            None => (self.output.kept.as_slice(), &b""[..]),
        };
        if !after.iter().all(u8::is_ascii_whitespace) {
            return Err("answered with more than one line");
        }
        Ok(Zeroizing::new(line.to_vec()))
    }
}

impl<S: AsyncRead + Unpin> Stream<S> {
    fn new(source: Option<S>, room: usize) -> Self {
        Self { source, kept: Zeroizing::new(Vec::with_capacity(room)), room, over: false }
    }

    /// Reads to the end. What is more than there is room for is thrown away, so that the program can go on.
    async fn read(&mut self) {
        let Some(source) = &mut self.source else { return };
        let mut buffer = Zeroizing::new(vec![0_u8; 8192]);
        while let Ok(read @ 1..) = source.read(&mut buffer[..]).await {
            let fits = read.min(self.room - self.kept.len());
            self.kept.extend_from_slice(&buffer[..fits]);
            self.over |= fits < read;
        }
        self.source = None;
    }
}

/// How a program ended that did not end well.
fn failure(status: ExitStatus) -> Option<String> {
    match (status.code(), status.signal()) {
        (Some(0), _) => None,
        (Some(code), _) => Some(format!("ended with the exit status {code}")),
        (None, signal) => Some(format!("was ended by the signal {}", signal.unwrap_or_default())),
    }
}

/// Nobody knows what a program did that did not say so; its last words may help, without any value.
fn doubt(program: &Program, message: &Message, how: &str, streams: &Streams) -> Fault {
    let said = message.mask.words(&streams.words.kept);
    let said = if said.is_empty() { String::new() } else { format!("; it said: {said}") };
    Fault::unknown(format!("{}: the program {} {how}{said}", message.verb, program.name()))
}
