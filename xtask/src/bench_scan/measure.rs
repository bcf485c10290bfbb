//! What a program costs: wall time, CPU and memory.

use std::{
    fs,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

/// What a program costs.
#[derive(Clone, Debug)]
pub(super) struct Cost {
    /// The median.
    pub(super) wall: Duration,
    /// The mean: the kernel counts children in hundredths of a second.
    pub(super) cpu: Duration,
    /// The most that was resident in one process, as far as it was seen.
    pub(super) memory_kib: u64,
}

/// How long one tick of `/proc/self/stat` is on Linux (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);

/// Runs a program once to warm the caches, and then so often.
pub(super) fn cost(command: impl Fn() -> Command, runs: usize) -> Result<Cost> {
    once(command())?;
    let (mut walls, mut memory_kib, before) = (Vec::new(), 0, children()?);
    for _ in 0..runs.max(1) {
        let (wall, memory) = once(command())?;
        walls.push(wall);
        memory_kib = memory_kib.max(memory);
    }
    walls.sort_unstable();
    let ticks = children()?.saturating_sub(before);
    let runs = u32::try_from(walls.len()).unwrap_or(u32::MAX);
    Ok(Cost { wall: walls[walls.len() / 2], cpu: TICK * u32::try_from(ticks).unwrap_or(u32::MAX) / runs, memory_kib })
}

/// Runs it to its end, whatever it finds; looks at its memory while it runs.
fn once(mut command: Command) -> Result<(Duration, u64)> {
    let started = Instant::now();
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("start it")?;
    let status = format!("/proc/{}/status", child.id());
    let (done, ended) = std::sync::mpsc::channel::<()>();
    let watcher = std::thread::spawn(move || {
        let mut most = 0;
        while ended.recv_timeout(Duration::from_millis(20)) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            most = most.max(resident(&fs::read_to_string(&status).unwrap_or_default()));
        }
        most
    });
    child.wait().context("wait for it")?;
    let wall = started.elapsed();
    drop(done);
    Ok((wall, watcher.join().unwrap_or_default()))
}

fn resident(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

/// The CPU ticks of all children that have ended: the 16th and 17th field (proc(5)).
fn children() -> Result<u64> {
    let stat = fs::read_to_string("/proc/self/stat").context("read /proc/self/stat")?;
    Ok(ticks(&stat))
}

fn ticks(stat: &str) -> u64 {
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields).split_whitespace();
    // the name in brackets is the second field
    fields.skip(13).take(2).filter_map(|field| field.parse::<u64>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ticks_of_children_are_read_whatever_the_name_is() {
        assert_eq!(ticks("7 (a b) c) S 1 1 1 0 -1 4 0 0 0 0 11 12 13 14 20 0 1"), 27);
        assert_eq!(resident("VmPeak: 1 kB\nVmHWM:\t  2048 kB\n"), 2048);
    }

    #[test]
    fn a_program_costs_something() {
        let cost = cost(|| Command::new("true"), 2).unwrap();
        assert!(cost.wall > Duration::ZERO);
    }
}
