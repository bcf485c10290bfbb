//! The keeper's detour: it reads the vault itself while the server is silent, takes what is later than all it knows, and
//! says so. The server is asked all the while, and its first answer ends it.

use std::future;
use std::sync::Arc;
use std::time::Duration;

use keybaton_seal::{Fingerprinter, SecretValue, random_u64};
use keybaton_types::{Fingerprint, Moment, VersionNo, show_duration};

use super::Keeper;
use crate::clock::later;
use crate::detour::judge::{Has, Shows, Verdict, judge};
use crate::detour::server::{AtHand, Hear, Server};
use crate::detour::{Detour, DetourNotice, DetourTerms, Found, Reading};
use crate::held::Held;
use crate::term::{Ends, Reach};

/// No read of a vault is waited for longer, whatever its own bound is.
const LONGEST_READ: Duration = Duration::from_mins(1);

/// The longest pause after faults of a vault, unless the usual one is longer.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// So many values that were in our hands are recognised when they are condemned later.
const RECOGNISED: usize = 64;

/// A read of a vault that is under way.
pub(super) struct Side {
    detour: Arc<dyn Detour>,
    terms: DetourTerms,
    reading: Reading,
}

/// How the detour stands.
#[derive(Debug, Default)]
pub(super) struct Course {
    /// When the vault may be read again.
    next: Option<Moment>,
    faults: u32,
    /// Since when what is lent is read there.
    pub(super) since: Option<Moment>,
}

impl Side {
    fn begin(detour: Arc<dyn Detour>, terms: DetourTerms) -> Self {
        let read = tokio::time::timeout(LONGEST_READ, detour.read());
        let reading = async move { read.await.unwrap_or_else(|_| Err("no whole answer within a minute".to_owned())) };
        Self { detour, terms, reading: Box::pin(reading) }
    }

    /// Waits for the end of the read and takes it out of its place; for ever, when there is none.
    pub(super) async fn ended(place: &mut Option<Self>) -> (Self, Result<Option<Found>, String>) {
        let read = match place {
            Some(side) => side.reading.as_mut().await,
            None => future::pending().await,
        };
        match place.take() {
            Some(side) => (side, read),
            None => future::pending().await,
        }
    }
}

impl Course {
    /// The vault answered: it is read again after the usual time, more or less, so that many readers do not come at once.
    fn read(&mut self, now: Moment, every: Duration) {
        self.faults = 0;
        self.next = Some(later(now, every.mul_f64(spread())));
    }

    /// It did not: the time doubles.
    fn failed(&mut self, now: Moment, every: Duration) {
        self.faults = self.faults.saturating_add(1);
        let pause = every.saturating_mul(2_u32.saturating_pow(self.faults.min(16)));
        self.next = Some(later(now, pause.min(every.max(LONGEST_PAUSE)).mul_f64(spread())));
    }

    fn rests(&self, now: Moment) -> bool {
        self.next.is_some_and(|next| now.boot < next.boot && now.wall < next.wall)
    }
}

/// A factor between 0.8 and 1.2, drawn.
fn spread() -> f64 {
    let drawn = random_u64().map_or(500, |drawn| drawn % 1000);
    0.8 + u32::try_from(drawn).map_or(0.5, |drawn| f64::from(drawn) / 1000.0) * 0.4
}

impl Keeper {
    /// Reads the vault, when there is a way to it and the server was asked in vain for long enough.
    pub(super) fn turn_aside(&mut self) {
        if !self.server.is_silent() {
            self.side = None;
            if self.course.since.is_none() {
                self.stock.tell(|notices| notices.detour = None);
            }
        }
        let (now, known) = (self.now(), self.house.detour(&self.stock.id));
        let Some((detour, terms)) = known.filter(|_| self.side.is_none() && !self.course.rests(now)) else { return };
        let over = self.stock.current().term.reach(now) == Reach::Over;
        let at_hand = if over { AtHand::Nothing } else { AtHand::Something };
        if self.server.hear(now, at_hand, terms.after) == Hear::Vault {
            self.side = Some(Side::begin(detour, terms));
        }
    }

    /// Whether readers who have nothing wait for the vault.
    pub(super) fn waits_aside(&self) -> bool {
        self.side.is_some() && self.stock.current().is_blank()
    }

    /// The server answers: from now on its word counts, whatever a vault said.
    pub(super) fn come_back(&mut self) {
        self.server = Server::Present;
        self.side = None;
        if let Some(since) = self.course.since.take() {
            let span = show_duration(Duration::from_secs(self.now().wall.since(since.wall).as_secs()));
            let secret = &self.stock.id;
            tracing::warn!(%secret, "keybaton answers again: the vault was read in its place for {span}");
        }
        self.stock.tell(|notices| notices.detour = None);
    }

    /// Takes what a read of the vault brought.
    pub(super) async fn returned(&mut self, (side, read): (Side, Result<Option<Found>, String>)) {
        let (now, Side { detour, terms, .. }) = (self.now(), side);
        let trouble = match read {
            Ok(found) => {
                self.course.read(now, terms.every);
                self.weigh(found, detour.place(), terms).await.err()
            }
            Err(words) => {
                self.course.failed(now, terms.every);
                Some(words)
            }
        };
        self.tell_aside(detour.place(), trouble);
        self.stock.asked();
    }

    /// Takes it, keeps what is at hand for longer, or says why it does neither.
    async fn weigh(&mut self, found: Option<Found>, place: &str, terms: DetourTerms) -> Result<(), String> {
        let current = self.stock.current();
        let held = (!current.is_blank()).then(|| print(current.value())).flatten();
        let theirs = match &found {
            Some(found) => Some(print(&found.value).ok_or("its value cannot be looked at")?),
            None => None,
        };
        let has = Has {
            version: current.version(),
            print: held.as_ref(),
            highest: self.highest,
            overruled: self.overruled,
            condemned: &self.condemned,
            dead: &self.dead,
        };
        let shows = found.as_ref().zip(theirs.as_ref()).map(|(found, print)| Shows { version: found.version, print });
        match (judge(&has, shows), found) {
            (Verdict::Take(version), Some(found)) => self.take_found(version, found.value, place, terms).await,
            (Verdict::Same, _) => self.prolong(&current, terms).await,
            (Verdict::Leave(unfit), _) => return Err(unfit.to_string()),
            (Verdict::Take(_), None) => {}
        }
        Ok(())
    }

    /// Takes a version as if the server had served it, but for three things: it is never fresh, the server hears of it as
    /// soon as it can, and what the server says later is not measured by it.
    async fn take_found(&mut self, version: VersionNo, value: SecretValue, place: &str, terms: DetourTerms) {
        let now = self.now();
        let ends = Ends { fresh: now, end: later(now, terms.max_stale) };
        let tally = self.stock.begin_tally(version);
        let fingerprint = self.fingerprint(&value);
        self.prints.insert(version, fingerprint.clone());
        self.recognise(version, &value);
        let next = Arc::new(Held::new(value, fingerprint, now, ends, tally, &self.stock.gone));
        self.course.since.get_or_insert(now);
        self.aside = self.aside.max(version);
        self.etag = None;
        // on the disk before anybody uses it (R6), and told when the server is there: what it counts has to be true
        self.save_version(&next).await;
        next.tally.announce();
        let before = self.stock.put(next);
        self.set_aside(before, version);
        let secret = &self.stock.id;
        tracing::warn!(%secret, %version, place, "keybaton is silent: a version is read from the vault itself");
    }

    /// The vault serves what is at hand: it may be used for longer.
    async fn prolong(&mut self, current: &Held, terms: DetourTerms) {
        let now = self.now();
        let (ends, end) = (current.term.ends(now), later(now, terms.max_stale));
        let longer = Moment { wall: ends.end.wall.max(end.wall), boot: ends.end.boot.max(end.boot), ..now };
        current.term.set(Ends { end: longer, ..ends });
        if self.course.since.is_none() {
            self.course.since = Some(now);
            let (secret, version) = (&self.stock.id, current.version());
            tracing::warn!(%secret, %version, "keybaton is silent: the vault confirms what is at hand");
        }
        self.save().await;
    }

    /// Says how the detour stands.
    pub(super) fn tell_aside(&self, place: &str, trouble: Option<String>) {
        let known = self.stock.notices.borrow().detour.as_ref().and_then(|detour| detour.trouble.clone());
        if let Some(why) = trouble.as_ref().filter(|why| known.as_ref() != Some(*why)) {
            let version = self.stock.current().version();
            tracing::warn!(secret = %self.stock.id, place, at_hand = %version, "nothing is taken from the vault: {why}");
        }
        let since = self.course.since.map(|since| since.wall);
        let notice = DetourNotice { place: place.to_owned(), since, trouble };
        self.stock.tell(|notices| notices.detour = Some(notice));
    }

    /// The fingerprint under which keybaton knows a value that was in our hands; a public one where it was not.
    fn fingerprint(&self, value: &SecretValue) -> String {
        let print = print(value);
        let version = self.values.iter().find(|(_, known)| Some(*known) == print.as_ref()).map(|(version, _)| version);
        let known = version.and_then(|version| self.prints.get(version)).cloned();
        known.unwrap_or_else(|| print.map(|print| print.0).unwrap_or_default())
    }

    /// Remembers which value a version had, for the day on which it is condemned.
    pub(super) fn recognise(&mut self, version: VersionNo, value: &SecretValue) {
        self.values.extend(print(value).map(|print| (version, print)));
        while self.values.len() > RECOGNISED {
            self.values.pop_first();
        }
    }
}

fn print(value: &SecretValue) -> Option<Fingerprint> {
    Fingerprinter::public().of(value).ok()
}

#[cfg(test)]
mod tests {
    use keybaton_types::Timestamp;

    use super::*;

    const NOW: Moment = Moment { wall: Timestamp(1_000_000_000), boot: 500_000_000, boot_id: 7 };

    #[test]
    fn a_vault_is_read_at_its_pace_and_ever_more_rarely_while_it_fails() {
        let (mut course, every) = (Course::default(), Duration::from_secs(30));
        assert!(!course.rests(NOW));
        course.read(NOW, every);
        assert!(
            course.rests(later(NOW, Duration::from_secs(23))) && !course.rests(later(NOW, Duration::from_secs(37)))
        );
        for (pause, usual) in [60, 120, 240, 300, 300].into_iter().map(Duration::from_secs).zip(1..) {
            course.failed(NOW, every);
            assert_eq!(course.faults, usual);
            assert!(course.rests(later(NOW, pause.mul_f64(0.79))), "{pause:?}");
            assert!(!course.rests(later(NOW, pause.mul_f64(1.21))), "{pause:?}");
        }
        course.read(NOW, every);
        assert!(!course.rests(later(NOW, Duration::from_secs(37))));
    }
}
