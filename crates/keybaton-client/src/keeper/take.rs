//! What an answer changes: which version is lent, which is the fallback, which is erased.

use std::sync::Arc;
use std::time::Duration;

use keybaton_seal::Fingerprinter;
use keybaton_types::{Moment, VersionNo};

use super::Keeper;
use crate::held::Held;
use crate::stock::Why;
use crate::term::Ends;
use crate::upstream::Document;

/// The most condemned versions that are remembered: the highest ones.
const REMEMBERED: usize = 1000;

/// How long a server that offers nothing usable is left alone.
const NOTHING_USABLE: Duration = Duration::from_secs(10);

impl Keeper {
    /// Takes an answer in the order in which it matters: what is condemned goes first, whatever else it says.
    pub(super) async fn take(&mut self, document: Document, sent: Moment) {
        self.condemn(&document.condemned);
        self.retiring = document.retiring.iter().copied().take(REMEMBERED).collect();
        let version = document.version;
        let trouble = if self.condemned.contains(&version) {
            Some(self.refuse(Why::Condemned(version), "it serves a condemned version"))
        } else if version < self.highest {
            self.stock.tally(self.highest).announce();
            let why = Why::Backwards { held: self.highest, offered: version };
            Some(self.refuse(why, "it serves an older version than before"))
        } else {
            self.accept(document, sent).await;
            None
        };
        self.retire();
        self.answer_retiring(version);
        let retiring = self.retiring.iter().copied().collect();
        let condemned = self.condemned.iter().copied().collect();
        self.stock.tell(|notices| {
            notices.retiring = retiring;
            notices.condemned = condemned;
            notices.trouble = trouble;
        });
        self.note_gone();
    }

    fn condemn(&mut self, versions: &[VersionNo]) {
        self.condemned.extend(versions);
        self.dead.extend(versions.iter().filter_map(|version| self.values.get(version).cloned()));
        while self.dead.len() > REMEMBERED {
            self.dead.pop_first();
        }
        while self.condemned.len() > REMEMBERED {
            self.condemned.pop_first();
        }
        let current = self.stock.current().version();
        if self.condemned.contains(&current) {
            self.stock.explain(Why::Condemned(current));
            self.stock.put(Arc::clone(&self.blank));
        }
        if self.condemned.contains(&self.stock.good().version()) {
            self.stock.put_aside(Arc::clone(&self.blank));
        }
    }

    /// Erases the fallback when it is retiring. What is current and retiring goes when its successor is there.
    pub(super) fn retire(&self) {
        if self.is_retiring_good() && !self.is_held_back() {
            self.stock.put_aside(Arc::clone(&self.blank));
            self.stock.tell(|_| {});
        }
    }

    /// Whether the fallback is retiring and needed all the same, because the far service refuses its successor here. The
    /// gate sees an instance that still has it: better a rotation that waits than a reader with nothing that works.
    pub(super) fn is_held_back(&self) -> bool {
        self.is_retiring_good() && self.stock.current().tally.is_suspect(1)
    }

    fn is_retiring_good(&self) -> bool {
        self.retiring.contains(&self.stock.good().version())
    }

    fn refuse(&mut self, why: Why, words: &str) -> String {
        self.pace.rest_for(self.now(), NOTHING_USABLE);
        if self.stock.current().is_blank() {
            self.stock.explain(why);
        }
        format!("keybaton's answer is not used: {words}")
    }

    async fn accept(&mut self, document: Document, sent: Moment) {
        let ttl = Duration::from_secs(document.ttl_seconds);
        let ends = Ends::counted_from(sent, ttl, Duration::from_secs(document.max_stale_seconds));
        let current = self.stock.current();
        // what a vault brought is not known under keybaton's fingerprint, nor since when it is published
        let is_theirs = document.version == self.aside && current.fingerprint != document.fingerprint;
        if current.version() == document.version && is_same(&current, &document) && !is_theirs {
            self.highest = document.version;
            current.term.set(ends);
            self.save().await;
            return;
        }
        let published = Moment { wall: sent.wall - Duration::from_secs(document.age_seconds), ..sent };
        let (version, fingerprint, value) = (document.version, document.fingerprint, document.value.0);
        let tally = self.stock.begin_tally(version);
        self.prints.insert(version, fingerprint.clone());
        self.recognise(version, &value);
        if version < self.aside {
            let was = self.aside;
            self.overruled = self.overruled.max(was);
            let secret = &self.stock.id;
            tracing::warn!(%secret, %version, %was, "keybaton serves less than the vault did: its word counts");
        }
        let next = Arc::new(Held::new(value, fingerprint, published, ends, tally, &self.stock.gone));
        self.highest = version;
        // on the disk before anybody uses it: a restart never goes back behind what was used (R6)
        self.save_version(&next).await;
        let before = self.stock.put(next);
        drop(current);
        self.set_aside(before, version);
        tracing::info!(secret = %self.stock.id, %version, "a version is at hand");
    }

    /// What was current stays as the fallback, unless it is about to go, or a better one is there already.
    pub(super) fn set_aside(&self, before: Arc<Held>, version: VersionNo) {
        before.tally.supersede();
        let good = self.stock.good();
        let worse = before.tally.is_suspect(1) && good.tally.is_good();
        if before.is_blank() || before.version() == version || self.retiring.contains(&before.version()) || worse {
            return;
        }
        self.stock.put_aside(before);
    }

    /// A version that is retiring and not in our hands is answered at once: an instance that was restarted since says so.
    fn answer_retiring(&self, offered: VersionNo) {
        for version in self.retiring.iter().filter(|version| **version != offered) {
            let held = [self.stock.current().version(), self.stock.good().version()].contains(version);
            if !held && !self.stock.knows(*version) {
                self.stock.tally(*version).vanish();
            }
        }
    }

    /// What is gone from memory and from the disk may be told to be dropped; not the newest version, which the next answer
    /// may bring back, and no credential that we hold under another version's number.
    pub(super) fn note_gone(&mut self) {
        let tallies = self.stock.tallies();
        let (current, good) = (self.stock.current(), self.stock.good());
        let kept =
            |version| self.prints.get(&version).is_some_and(|p| [&current.fingerprint, &good.fingerprint].contains(&p));
        let gone = tallies.iter().filter(|tally| tally.is_gone() && tally.version < self.highest);
        gone.filter(|tally| !self.shadow.holds(tally.version) && !kept(tally.version))
            .for_each(|tally| tally.leave_disk());
        self.prints.retain(|version, _| tallies.iter().any(|tally| tally.version == *version));
    }
}

/// Whether a version holds the value that the answer has. Fingerprints of the server change with its master key.
fn is_same(held: &Held, document: &Document) -> bool {
    let of = |value| Fingerprinter::public().of(value).ok();
    held.fingerprint == document.fingerprint || of(held.value()) == of(&document.value.0)
}
