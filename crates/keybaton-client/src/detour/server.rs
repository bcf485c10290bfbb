//! Whether keybaton's server is there, as far as one secret's keeper knows, and what follows for a detour. Pure.

use std::time::Duration;

use keybaton_types::Moment;

use crate::upstream::Trouble;

/// What the server did when it was asked last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Server {
    /// It answered, or it was not asked yet, or nothing can be known of it.
    #[default]
    Present,
    /// It refused the reader: it is there, and it said no. Only an answer undoes that, and no silence.
    Refused,
    /// It has not answered since.
    Silent {
        /// When it was first asked in vain.
        since: Moment,
    },
}

/// Whom to hear now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hear {
    /// The server alone.
    Server,
    /// The vault too, until the server answers.
    Vault,
}

/// Whether something is at hand that may be lent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AtHand {
    Something,
    Nothing,
}

impl Server {
    /// After another failure.
    pub(crate) fn failed(self, trouble: &Trouble, now: Moment) -> Self {
        match (trouble, self) {
            (Trouble::Denied { .. }, _) | (_, Self::Refused) => Self::Refused,
            (Trouble::Down(_), Self::Silent { since }) => Self::Silent { since },
            (Trouble::Down(_), Self::Present) => Self::Silent { since: now },
            // Somebody is there and says something, or we could not even ask: no silence either way.
            (
                Trouble::Unknown
                | Trouble::Busy { .. }
                | Trouble::Rejected(_)
                | Trouble::Malformed(_)
                | Trouble::Tokenless(_),
                Self::Present | Self::Silent { .. },
            ) => Self::Present,
        }
    }

    pub(crate) fn is_silent(self) -> bool {
        matches!(self, Self::Silent { .. })
    }

    /// Whom to hear after the server was asked in vain once more. It is asked first, always: a reader that wakes up after
    /// hours knows nothing of the silence in between.
    pub(crate) fn hear(self, now: Moment, at_hand: AtHand, after: Duration) -> Hear {
        match (self, at_hand) {
            (Self::Silent { .. }, AtHand::Nothing) => Hear::Vault,
            (Self::Silent { since }, AtHand::Something) if lasted(since, now) >= after => Hear::Vault,
            (Self::Present | Self::Refused | Self::Silent { .. }, _) => Hear::Server,
        }
    }
}

/// How long a silence has lasted, by the slower clock.
fn lasted(since: Moment, now: Moment) -> Duration {
    let boot = Duration::from_micros(u64::try_from(now.boot.saturating_sub(since.boot)).unwrap_or(0));
    boot.min(now.wall.since(since.wall))
}

#[cfg(test)]
mod tests {
    use keybaton_types::Timestamp;

    use super::*;
    use crate::clock::later;

    const START: Moment = Moment { wall: Timestamp(1_000_000_000), boot: 500_000_000, boot_id: 7 };
    const AFTER: Duration = Duration::from_secs(30);

    fn down() -> Trouble {
        Trouble::Down("nobody there".to_owned())
    }

    fn denied(status: u16) -> Trouble {
        Trouble::Denied { status, title: "no".to_owned() }
    }

    fn others() -> Vec<Trouble> {
        let text = || "a text".to_owned();
        vec![
            Trouble::Unknown,
            Trouble::Busy { title: text(), pause: None },
            Trouble::Rejected(text()),
            Trouble::Malformed(text()),
            Trouble::Tokenless(text()),
        ]
    }

    fn at(seconds: u64) -> Moment {
        later(START, Duration::from_secs(seconds))
    }

    #[test]
    fn a_silence_begins_with_the_first_failure_and_goes_on_until_the_server_says_something() {
        let silent = Server::default().failed(&down(), START);
        assert_eq!(silent, Server::Silent { since: START });
        assert_eq!(silent.failed(&down(), at(40)), silent, "it counts from the first");
        for word in others() {
            assert_eq!(silent.failed(&word, at(40)), Server::Present, "{word:?}");
            assert_eq!(silent.failed(&word, at(40)).failed(&down(), at(50)), Server::Silent { since: at(50) });
        }
    }

    #[test]
    fn who_was_refused_stays_refused_however_silent_the_server_becomes() {
        for status in [401, 403] {
            let mut server = Server::default().failed(&down(), START).failed(&denied(status), at(10));
            for trouble in others().into_iter().chain([down(), down()]) {
                server = server.failed(&trouble, at(3600));
                assert_eq!(server, Server::Refused, "{trouble:?}");
            }
            for at_hand in [AtHand::Something, AtHand::Nothing] {
                assert_eq!(server.hear(at(7200), at_hand, Duration::ZERO), Hear::Server);
            }
        }
    }

    #[test]
    fn the_vault_is_heard_after_the_stated_time_or_at_once_where_nothing_is_at_hand() {
        let silent = Server::Silent { since: START };
        for (seconds, something) in [(0, Hear::Server), (29, Hear::Server), (30, Hear::Vault), (3600, Hear::Vault)] {
            assert_eq!(silent.hear(at(seconds), AtHand::Something, AFTER), something, "after {seconds} s");
            assert_eq!(silent.hear(at(seconds), AtHand::Nothing, AFTER), Hear::Vault, "after {seconds} s");
        }
        for at_hand in [AtHand::Something, AtHand::Nothing] {
            assert_eq!(Server::Present.hear(at(3600), at_hand, AFTER), Hear::Server);
        }
    }

    #[test]
    fn a_clock_that_jumps_makes_no_silence_longer() {
        let silent = Server::Silent { since: START };
        let jumped = Moment { wall: START.wall + Duration::from_hours(1), ..at(5) };
        assert_eq!(silent.hear(jumped, AtHand::Something, AFTER), Hear::Server);
        let back = Moment { wall: START.wall - Duration::from_hours(1), ..at(3600) };
        assert_eq!(silent.hear(back, AtHand::Something, AFTER), Hear::Server);
    }
}
