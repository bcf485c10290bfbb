//! What a rotation costs beside the far services' own time, printed as Markdown; `cargo xtask bench` keeps the last table.
//!
//! The far services are fakes that answer at once, so that what is measured is the engine, the law and the store. The
//! disk's own fsync is measured in the same folder in the same run. Nothing here asserts a time: a slow machine is no
//! failure. A rotation that does not end as it must is.

mod alone;
mod disk;
mod many;
mod place;
mod spread;
mod table;

use std::{error::Error, time::Duration};

/// How anything in here ends.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Rotations one after the other.
const ALONE: usize = 100;

/// How long they wait in each of their two waits.
const SHORT: Duration = Duration::from_millis(50);

/// Secrets that are rotated at once: what they cost each must not grow with their number.
const MANY: [usize; 2] = [100, 1_000];

/// How long those wait in each of their two waits: each has to be looked at in time, because gaps do not count.
const LONG: Duration = Duration::from_secs(3);

/// Everything runs on the runtime's own threads, as in the service: driven from the main thread, each answer of the
/// store would wake another one.
#[tokio::main]
async fn main() -> Outcome<()> {
    tokio::spawn(run()).await?
}

async fn run() -> Outcome<()> {
    let place = place::Place::make(1, SHORT).await?;
    let mut disk = spread::Spread::default();
    disk.extend(disk::measure(place.folder())?);
    let alone = alone::rotate(&place, ALONE).await?;
    disk.extend(disk::measure(place.folder())?);
    let mut many = Vec::new();
    for secrets in MANY {
        many.push(many::rotate(&place::Place::make(secrets, LONG).await?).await?);
    }
    table::print(disk, alone, &mut many)
}
