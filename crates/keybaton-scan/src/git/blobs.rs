//! Objects by name, from one `git cat-file` that is asked again and again.

use std::{
    io::{self, BufRead as _, BufReader, Read, Write as _},
    process::ChildStdout,
};

use super::{Error, Git, ObjectName, program::Talk};

/// How much of an object is read to its end rather than started anew.
const SKIPPED: u64 = 4 << 20;

/// Objects by name.
pub(super) struct Blobs<'g> {
    git: &'g Git,
    running: Option<Running>,
}

struct Running {
    talk: Talk,
    output: BufReader<ChildStdout>,
}

/// What git says of an object before its bytes.
pub(super) struct Head {
    /// Whether it is a blob.
    pub(super) is_blob: bool,
    size: u64,
}

impl<'g> Blobs<'g> {
    pub(super) fn new(git: &'g Git) -> Self {
        Self { git, running: None }
    }

    /// Hands the bytes of an object to `read`, which need not take them all. An object that is not there is an error of
    /// its own, so that the others are still read.
    pub(super) fn read<T>(
        &mut self,
        name: &ObjectName,
        read: impl FnOnce(&Head, &mut dyn Read) -> io::Result<T>,
    ) -> Result<T, Error> {
        let mut running = match self.running.take() {
            Some(running) => running,
            None => Running::start(self.git)?,
        };
        let Some(head) = running.ask(name)? else {
            self.running = Some(running);
            return Err(Error::Missing(name.clone()));
        };
        let mut bytes = running.output.by_ref().take(head.size);
        let outcome = read(&head, &mut bytes).map_err(Error::Talk)?;
        let left = bytes.limit();
        if left > SKIPPED {
            return Ok(outcome);
        }
        io::copy(&mut running.output.by_ref().take(left + 1), &mut io::sink()).map_err(Error::Talk)?;
        self.running = Some(running);
        Ok(outcome)
    }
}

impl Running {
    fn start(git: &Git) -> Result<Self, Error> {
        let mut talk = git.start(["cat-file", "--batch"])?;
        let output = talk.output.take().ok_or_else(|| Error::Talk(io::ErrorKind::BrokenPipe.into()))?;
        Ok(Self { talk, output: BufReader::with_capacity(64 << 10, output) })
    }

    /// Asks for an object; its bytes come next, if it is there.
    fn ask(&mut self, name: &ObjectName) -> Result<Option<Head>, Error> {
        let input = self.talk.input.as_mut().ok_or_else(|| Error::Talk(io::ErrorKind::BrokenPipe.into()))?;
        writeln!(input, "{name}").and_then(|()| input.flush()).map_err(Error::Talk)?;
        let mut head = String::new();
        self.output.read_line(&mut head).map_err(Error::Talk)?;
        let mut words = head.split_ascii_whitespace().skip(1);
        match (words.next(), words.next().and_then(|size| size.parse().ok())) {
            (Some(kind), Some(size)) => Ok(Some(Head { is_blob: kind == "blob", size })),
            (Some("missing"), None) => Ok(None),
            (Some(_) | None, _) => Err(Error::Corrupt(name.clone())),
        }
    }
}
