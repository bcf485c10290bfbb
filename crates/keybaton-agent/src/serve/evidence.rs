//! What keybaton has to hear of the readers here: who was handed which version.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use keybaton_client::Handle;
use keybaton_types::VersionNo;
use keybaton_types::wire::{Kind, Sighted};
use tokio::sync::mpsc;
use tokio::time::sleep;

use super::desk::Entry;
use super::sheet::Sheet;

/// The most that waits to be told.
const WAITING: usize = 4096;

/// The most readers that are remembered per agent; forgetting one costs a report, not a proof.
const READERS: usize = 50_000;

/// How often a report is tried while keybaton answers reads: whatever it refuses so often, it will not take.
const TRIES: u32 = 5;

/// Who was handed which version.
pub(super) struct Evidence {
    told: Mutex<HashMap<Box<str>, HashMap<usize, VersionNo>>>,
    letters: mpsc::Sender<Letter>,
}

/// A report on its way. It holds what was handed out: until keybaton knows the reader, the agent itself counts.
pub(super) struct Letter {
    handle: Handle,
    reader: Box<str>,
    version: VersionNo,
    _held: Bytes,
}

impl Evidence {
    pub(super) fn new() -> (Self, mpsc::Receiver<Letter>) {
        let (letters, waiting) = mpsc::channel(WAITING);
        (Self { told: Mutex::default(), letters }, waiting)
    }

    /// Notes that a reader is handed a version; false when so much waits to be told that nothing more may be handed out.
    pub(super) fn hand(&self, reader: &str, entry: &Arc<Entry>, sheet: &Sheet) -> bool {
        let place = Arc::as_ptr(entry).addr();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.get(reader).and_then(|versions| versions.get(&place)) == Some(&sheet.version) {
            return true;
        }
        let (handle, version) = (entry.handle.clone(), sheet.version);
        let letter = Letter { handle, reader: reader.into(), version, _held: sheet.body.clone() };
        if self.letters.try_send(letter).is_err() {
            return false;
        }
        if told.len() >= READERS {
            told.clear();
        }
        told.entry(reader.into()).or_default().insert(place, version);
        true
    }
}

/// Tells keybaton, in order.
pub(super) async fn tell(mut waiting: mpsc::Receiver<Letter>) {
    while let Some(letter) = waiting.recv().await {
        letter.deliver().await;
    }
}

impl Letter {
    async fn deliver(self) {
        let (seen, mut tries) = (Sighted { version: self.version, kind: Kind::Fetched }, 0);
        while let Err(error) = self.handle.pass_on(&self.reader, seen).await {
            if self.handle.notices().trouble.is_none() {
                tries += 1;
            }
            if tries >= TRIES {
                tracing::warn!(secret = %self.handle.id(), %error, "a report of a reader was not taken");
                return;
            }
            sleep(Duration::from_secs(1)).await;
        }
    }
}
