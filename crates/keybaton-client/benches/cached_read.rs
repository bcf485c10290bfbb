//! What a cached read costs, printed as Markdown; `cargo xtask bench` keeps the last table.
//!
//! Each row is the median of interleaved rounds, so that a busy machine slows all of them alike. The floors stand beside:
//! the atomic pointer alone, the two clocks alone, and a map behind a lock as most services write it first. Nothing here
//! asserts a time.

use std::collections::HashMap;
use std::error::Error;
use std::hint::black_box;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use axum::routing::get;
use axum::{Json, Router};
use keybaton_client::{Access, Client, Clock, Handle, SystemClock};

/// Rounds of each row.
const ROUNDS: usize = 501;

/// Reads of a round: it is over before a busy machine takes the core away.
const READS: u32 = 5_000;

/// The bar of a cached read.
const BAR: &str = "below 100 ns";

/// A row: what is measured, and how.
struct Row<'a> {
    what: &'static str,
    read: Box<dyn Fn() + 'a>,
    nanos: Vec<f64>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (_client, handle) = at_hand().await?;
    let pointer = ArcSwap::from_pointee("v4lue".to_owned());
    let clock = SystemClock::new();
    let map = RwLock::new(HashMap::from([("payments/prod".to_owned(), Arc::new("v4lue".to_owned()))]));
    let mut rows = [
        row("`handle.get()`: pointer, term by two clocks, in-flight count", || drop(black_box(handle.get()))),
        row("the pointer alone: `ArcSwap::load`", || drop(black_box(pointer.load()))),
        row("the two clocks alone", || {
            black_box(clock.now());
        }),
        row("`RwLock<HashMap>`: look up and clone the `Arc`, no term", || {
            let value = map.read().ok().and_then(|map| map.get(black_box("payments/prod")).cloned());
            drop(black_box(value));
        }),
    ];
    for _ in 0..ROUNDS {
        rows.iter_mut().for_each(measure);
    }
    print(&mut rows);
    Ok(())
}

fn row<'a>(what: &'static str, read: impl Fn() + 'a) -> Row<'a> {
    Row { what, read: Box::new(read), nanos: Vec::new() }
}

fn measure(row: &mut Row<'_>) {
    let begun = Instant::now();
    for _ in 0..READS {
        (row.read)();
    }
    row.nanos.push(begun.elapsed().as_secs_f64() * 1e9 / f64::from(READS));
}

#[expect(clippy::print_stdout, reason = "the table is what this prints")]
fn print(rows: &mut [Row<'_>]) {
    for row in rows.iter_mut() {
        row.nanos.sort_by(f64::total_cmp);
    }
    let floor = rows[1].nanos[ROUNDS / 2];
    println!("| a read of a value at hand | min, ns | median, ns | in loads of the pointer | bar |");
    println!("|---|---:|---:|---:|---|");
    for (no, row) in rows.iter().enumerate() {
        let (min, median) = (row.nanos[0], row.nanos[ROUNDS / 2]);
        let bar = if no == 0 { BAR } else { "" };
        println!("| {} | {min:.1} | {median:.1} | {:.1} | {bar} |", row.what, median / floor);
    }
}

/// A handle with a value at hand, from a server on loopback that has answered once.
async fn at_hand() -> Result<(Client, Handle), Box<dyn Error>> {
    let document = serde_json::json!({
        "secret": "payments", "env": "prod", "version": 1, "value": "v4lue", "fingerprint": "f",
        "ttl_seconds": 3600, "max_stale_seconds": 3600, "age_seconds": 0, "stale": null
    });
    let router = Router::new().route("/v1/secrets/payments/prod", get(async || Json(document)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    let client = Client::builder(&url, Access::by_socket()).instance("bench").hold(Duration::ZERO).build()?;
    let handle = client.secret("payments/prod")?;
    handle.ready().await?;
    Ok((client, handle))
}
