//! Where a client takes the time from: two clocks in one look, because each of them alone can be fooled.

use std::fs;
use std::time::Duration;

use keybaton_types::{Moment, Timestamp};
use rustix::time::{ClockId, Timespec, clock_gettime};

/// A source of time: wall time and the time since the machine started, read together.
///
/// A term ends when either clock says so. The boot time goes on while the machine sleeps and never jumps; the wall time
/// also moves when a virtual machine was paused and put back.
pub trait Clock: Send + Sync + 'static {
    /// The time by both clocks.
    fn now(&self) -> Moment;
}

/// The clocks of this machine: `CLOCK_BOOTTIME` and `CLOCK_REALTIME_COARSE` (some milliseconds behind, and cheap).
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    boot_id: u64,
}

impl SystemClock {
    /// Reads once which start of the machine this is.
    pub fn new() -> Self {
        Self { boot_id: boot_id() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        let boot = micros(clock_gettime(ClockId::Boottime));
        let wall = Timestamp(micros(clock_gettime(ClockId::RealtimeCoarse)));
        Moment { wall, boot, boot_id: self.boot_id }
    }
}

/// A moment that much later by both clocks.
pub(crate) fn later(moment: Moment, span: Duration) -> Moment {
    let boot = moment.boot.saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX));
    Moment { wall: moment.wall + span, boot, ..moment }
}

/// The first 64 bits of the kernel's name for this start (`/proc/sys/kernel/random/boot_id`); zero where there is none.
fn boot_id() -> u64 {
    let text = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).take(16).collect();
    u64::from_str_radix(&digits, 16).unwrap_or(0)
}

fn micros(time: Timespec) -> i64 {
    time.tv_sec.saturating_mul(1_000_000).saturating_add(time.tv_nsec / 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_clocks_of_the_machine_are_read() {
        let (clock, other) = (SystemClock::new(), SystemClock::new());
        let (a, b) = (clock.now(), other.now());
        assert!(a.boot > 0 && b.boot >= a.boot && a.wall.0 > 1_700_000_000_000_000);
        assert_eq!(a.boot_id, b.boot_id);
    }

    #[test]
    fn a_later_moment_is_later_by_both_clocks() {
        let start = Moment { wall: Timestamp(5), boot: 7, boot_id: 1 };
        assert_eq!(later(start, Duration::from_micros(3)), Moment { wall: Timestamp(8), boot: 10, boot_id: 1 });
        assert_eq!(later(start, Duration::MAX).boot, i64::MAX);
    }
}
