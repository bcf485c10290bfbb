//! The spawner: one thread that starts every server and lives as long as the process.
//!
//! The kernel sends the parent-death signal when the *thread* that spawned a child ends, so a test's own thread must
//! never be the one.

use std::io;
use std::process::{Child, Command};
use std::sync::{Mutex, OnceLock, PoisonError, mpsc};
use std::thread;

type Order = (Command, mpsc::SyncSender<io::Result<Child>>);

static ORDERS: OnceLock<Mutex<mpsc::Sender<Order>>> = OnceLock::new();

/// Starts `command` from the thread that never ends.
pub(super) fn spawn(command: Command) -> io::Result<Child> {
    let (answer, answered) = mpsc::sync_channel(1);
    let orders = ORDERS.get_or_init(start);
    let sent = orders.lock().unwrap_or_else(PoisonError::into_inner).send((command, answer));
    sent.map_err(|_| io::Error::other("the spawner has ended"))?;
    answered.recv().map_err(|_| io::Error::other("the spawner has ended"))?
}

fn start() -> Mutex<mpsc::Sender<Order>> {
    let (orders, ordered) = mpsc::channel::<Order>();
    let work = move || {
        for (mut command, answer) in ordered {
            let _ = answer.send(command.spawn());
        }
    };
    thread::Builder::new().name("spawner".to_owned()).spawn(work).expect("start the spawner's thread");
    Mutex::new(orders)
}
