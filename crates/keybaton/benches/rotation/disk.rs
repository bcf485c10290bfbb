//! The disk's own fsync, without any of our code: what no durable commit can be cheaper than.

use std::{
    fs::File,
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use crate::Outcome;

const TIMES: usize = 200;

/// A page of the database.
const PAGE: [u8; 4096] = [0x5a; 4096];

/// Appends a page and makes it durable, again and again, in this folder.
pub(crate) fn measure(folder: &Path) -> Outcome<Vec<Duration>> {
    let path = folder.join("fsync");
    let mut file = File::create(&path)?;
    let mut spans = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let begun = Instant::now();
        file.write_all(&PAGE)?;
        file.sync_all()?;
        spans.push(begun.elapsed());
    }
    std::fs::remove_file(path)?;
    Ok(spans)
}
