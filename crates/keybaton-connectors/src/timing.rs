//! The times that settings have in common: the usual limit of a call, and what must hold between the others.

use std::time::Duration;

use crate::build::BuildError;
use crate::duration::words;

/// The usual limit of a call.
pub(crate) fn ten_seconds() -> Duration {
    Duration::from_secs(10)
}

/// Checks that a call has time at all.
pub(crate) fn timed(timeout: Duration) -> Result<(), BuildError> {
    if timeout.is_zero() {
        return Err(BuildError::setting("timeout", "no call ends in no time"));
    }
    Ok(())
}

/// The quiescence, given or three times the limit of a call; what `lands` late may do so for that limit at least.
pub(crate) fn quiescence(timeout: Duration, given: Option<Duration>, lands: &str) -> Result<Duration, BuildError> {
    timed(timeout)?;
    let quiescence = given.unwrap_or(timeout * 3);
    if quiescence < timeout {
        let what = format!("{} is below timeout = {}: {lands} may land that long", words(quiescence), words(timeout));
        return Err(BuildError::setting("quiescence", what));
    }
    Ok(quiescence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_late_may_land_for_as_long_as_a_call_takes() {
        let seconds = Duration::from_secs;
        assert_eq!(quiescence(seconds(5), None, "a call").unwrap(), seconds(15));
        assert_eq!(quiescence(seconds(5), Some(seconds(5)), "a call").unwrap(), seconds(5));
        let error = quiescence(seconds(5), Some(seconds(4)), "a call").unwrap_err().to_string();
        assert_eq!(error, "quiescence: 4s is below timeout = 5s: a call may land that long");
        assert!(quiescence(seconds(0), None, "a call").unwrap_err().to_string().starts_with("timeout: "));
    }
}
