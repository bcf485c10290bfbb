//! What a read of one cached value costs through a real agent, beside a bare hyper server that answers the same bytes, over
//! loopback and over a unix socket; and what an agent costs in memory. Printed as Markdown; `cargo xtask bench` keeps the
//! last tables.
//!
//! Agent and floor are processes of their own, with the same runtime, so that their memory is theirs. This one asks, and is
//! the keybaton behind the agent. Rounds of both alternate, so that a busy machine slows them alike; the ratio is that of
//! the rounds beside each other. Nothing here asserts a time.

mod agent;
mod asker;
mod floor;
mod memory;
mod process;
mod round;
mod table;
mod upstream;

use std::error::Error;

use asker::Asker;
use process::{Process, Role};
use round::Pair;

/// What goes wrong ends the benchmark.
pub(crate) type Bad = Box<dyn Error + Send + Sync>;

/// The secret that is read.
pub(crate) const SECRET: &str = "payments/prod";

/// The token that readers show on loopback. It opens nothing but the agent of this benchmark.
pub(crate) const TOKEN: &str = "kbt_b3nch-0nly";

/// How many connections ask at once.
const CONNECTIONS: [usize; 3] = [1, 16, 64];

fn main() -> Result<(), Bad> {
    match Role::of_this_process() {
        Some(Role::Agent) => many_threads()?.block_on(agent::run()),
        Some(Role::Floor) => many_threads()?.block_on(floor::run()),
        None => tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(measure()),
    }
}

fn many_threads() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}

async fn measure() -> Result<(), Bad> {
    let upstream = upstream::start().await?;
    let folder = tempfile::tempdir()?;
    let agent = Process::start(Role::Agent, &upstream, folder.path()).await?;
    let answer = Asker::connect(&agent.loopback).await?.whole(SECRET).await?;
    std::fs::write(folder.path().join(floor::ANSWER), &answer)?;
    let floor = Process::start(Role::Floor, &upstream, folder.path()).await?;
    let mut pairs = Vec::new();
    for (way, one, other) in
        [("loopback", &floor.loopback, &agent.loopback), ("unix socket", &floor.socket, &agent.socket)]
    {
        for connections in CONNECTIONS {
            pairs.push(Pair::measure(way, connections, one, other).await?);
        }
    }
    drop((agent, floor));
    table::reads(&pairs);
    table::memory(&memory::measure(&upstream).await?);
    Ok(())
}
