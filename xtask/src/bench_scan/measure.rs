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
    pub(super) memory: Memory,
}

/// What is resident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Memory {
    /// Everything, mapped files too: those the kernel takes back whenever it likes.
    pub(super) all_kib: u64,
    /// What belongs to no file.
    pub(super) own_kib: u64,
}

impl Memory {
    /// From `/proc/PID/status` (proc(5)).
    fn of(status: &str) -> Self {
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
        };
        Self { all_kib: field("VmHWM:"), own_kib: field("RssAnon:") }
    }

    fn max(self, other: Self) -> Self {
        Self { all_kib: self.all_kib.max(other.all_kib), own_kib: self.own_kib.max(other.own_kib) }
    }
}

/// How long one tick of `/proc/self/stat` is on Linux (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);

/// Runs a program once to warm the caches, and then so often.
pub(super) fn cost(command: impl Fn() -> Command, runs: usize) -> Result<Cost> {
    once(command())?;
    let (mut walls, mut most, before) = (Vec::new(), Memory::default(), children()?);
    for _ in 0..runs.max(1) {
        let (wall, memory) = once(command())?;
        walls.push(wall);
        most = most.max(memory);
    }
    walls.sort_unstable();
    let ticks = children()?.saturating_sub(before);
    let runs = u32::try_from(walls.len()).unwrap_or(u32::MAX);
    Ok(Cost { wall: walls[walls.len() / 2], cpu: TICK * u32::try_from(ticks).unwrap_or(u32::MAX) / runs, memory: most })
}

/// Runs it to its end, whatever it finds; looks at its memory while it runs.
fn once(mut command: Command) -> Result<(Duration, Memory)> {
    let started = Instant::now();
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("start it")?;
    let status = format!("/proc/{}/status", child.id());
    let (done, ended) = std::sync::mpsc::channel::<()>();
    let watcher = std::thread::spawn(move || {
        let mut most = Memory::default();
        while ended.recv_timeout(Duration::from_millis(20)) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            most = most.max(Memory::of(&fs::read_to_string(&status).unwrap_or_default()));
        }
        most
    });
    child.wait().context("wait for it")?;
    let wall = started.elapsed();
    drop(done);
    Ok((wall, watcher.join().unwrap_or_default()))
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
    }

    #[test]
    fn memory_is_read_from_the_status() {
        let memory = Memory::of("VmPeak: 1 kB\nVmHWM:\t  2048 kB\nRssAnon:\t 512 kB\n");
        assert_eq!(memory, Memory { all_kib: 2048, own_kib: 512 });
    }

    #[test]
    fn a_program_costs_something() {
        let cost = cost(|| Command::new("true"), 2).unwrap();
        assert!(cost.wall > Duration::ZERO);
    }
}
