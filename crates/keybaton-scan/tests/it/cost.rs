//! What work costs: the processor's time of this thread, which no other program on the machine lengthens.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

fn spent() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
}

/// The least that some work cost, of a few times.
fn cost(work: &mut dyn FnMut()) -> Duration {
    let once = |work: &mut dyn FnMut()| {
        let before = spent();
        work();
        spent().saturating_sub(before)
    };
    (0..3).map(|_| once(work)).min().unwrap()
}

/// Asserts that four times the text cost about four times as much, and not sixteen times.
pub(crate) fn grows_with_the_length(piece: &str, work: &mut dyn FnMut(&str)) {
    let (short, long) = (piece.repeat(100_000 / piece.len()), piece.repeat(400_000 / piece.len()));
    let (less, more) = (cost(&mut || work(&short)), cost(&mut || work(&long)));
    let floor = Duration::from_millis(2);
    assert!(more < less.max(floor) * 9, "{piece:?}: {less:?}, and {more:?} for four times as much");
}
