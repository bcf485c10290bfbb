//! What it costs to publish a version to a vault and to read it back, beside the request that anybody would send to the same
//! server. Printed as Markdown; `cargo xtask bench vaults` keeps the last tables.
//!
//! A publication is what the engine does for one: the look before the write where the vault takes every write, and the call of
//! the port, each time as the second version of a name of its own. The raw client is reqwest, once with a connection that it
//! keeps and once with one for each request, as our connectors have it. The three take turns, so that a busy machine slows
//! them alike; ratios are those of neighbouring rounds. Every read has to show what was written. Nothing here asserts a time.

mod call;
mod contestant;
mod counter;
mod embedded;
mod race;
mod raw;
mod site;
mod spread;
mod table;

use std::error::Error;
use std::io::Write as _;

/// How anything in here ends.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Everything runs on the runtime's own threads, as in the service.
#[tokio::main]
async fn main() -> Outcome<()> {
    tokio::spawn(run()).await?
}

async fn run() -> Outcome<()> {
    let embedded = embedded::measure().await?;
    let mut rows = Vec::new();
    for site in site::all().await {
        writeln!(std::io::stderr(), "{} at {} …", site.connector(), site.server())?;
        rows.push(race::run(&*site).await?);
    }
    table::print(&embedded, &rows)
}
