//! The keeper of one secret: asks, holds requests for news, puts versions in stock and takes them off.
//!
//! There is one per secret, and it has at most one request in flight: single flight and order come from that. Whoever
//! reads looks at the stock and never waits for it, unless it wants to.

mod aside;
mod call;
mod pace;
mod save;
mod take;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use keybaton_types::{Fingerprint, Moment, VersionNo};

use crate::Error;
use crate::clock::later;
use crate::detour::server::Server;
use crate::held::Held;
use crate::house::House;
use crate::stock::{Stock, Why};
use crate::term::Reach;
use crate::upstream::{Ask, Reply, Trouble};

use aside::{Course, Side};
use call::Call;
use pace::Pace;
use save::Shadow;

/// The longest sleep: the timers of the machine stand still while it sleeps, the clocks do not.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);

/// How often is looked whether what is retiring may go.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The shortest request that is held back for news; a shorter one would be a poll.
const SHORTEST_HOLD: Duration = Duration::from_secs(1);

/// The keeper of one secret.
pub(crate) struct Keeper {
    house: Arc<House>,
    stock: Arc<Stock>,
    blank: Arc<Held>,
    call: Option<Call>,
    pace: Pace,
    etag: Option<String>,
    highest: VersionNo,
    /// The highest version that was taken from a vault.
    aside: VersionNo,
    /// The highest version of a vault that keybaton, asked later, did not confirm.
    overruled: VersionNo,
    condemned: BTreeSet<VersionNo>,
    retiring: BTreeSet<VersionNo>,
    /// The fingerprints of versions that were in our hands: two versions may be one credential.
    prints: BTreeMap<VersionNo, String>,
    /// The public fingerprints of their values.
    values: BTreeMap<VersionNo, Fingerprint>,
    /// Those of values that nobody may use again, under whatever number.
    dead: BTreeSet<Fingerprint>,
    shadow: Shadow,
    server: Server,
    side: Option<Side>,
    course: Course,
}

impl Keeper {
    pub(crate) fn new(house: Arc<House>, stock: Arc<Stock>) -> Result<Self, Error> {
        let blank = Arc::new(Held::blank().map_err(Error::Seal)?);
        Ok(Self {
            house,
            stock,
            blank,
            call: None,
            pace: Pace::default(),
            etag: None,
            highest: VersionNo(0),
            aside: VersionNo(0),
            overruled: VersionNo(0),
            condemned: BTreeSet::new(),
            retiring: BTreeSet::new(),
            prints: BTreeMap::new(),
            values: BTreeMap::new(),
            dead: BTreeSet::new(),
            shadow: Shadow::default(),
            server: Server::default(),
            side: None,
            course: Course::default(),
        })
    }

    /// Keeps the secret until the client is closed.
    pub(crate) async fn run(mut self) {
        let (stock, stop) = (Arc::clone(&self.stock), self.house.stop.clone());
        self.restore().await;
        while !stop.is_cancelled() {
            self.sweep().await;
            self.begin();
            let pause = self.pause();
            tokio::select! {
                () = stop.cancelled() => {}
                answer = Call::ended(&mut self.call) => self.answered(answer).await,
                found = Side::ended(&mut self.side) => self.returned(found).await,
                () = stock.wanted.notified() => self.hurry(),
                () = stock.gone.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        self.leave();
    }

    fn now(&self) -> Moment {
        self.house.clock.now()
    }

    /// Asks, when nothing is in flight and it is time to.
    fn begin(&mut self) {
        let now = self.now();
        if self.call.is_some() || self.pace.rests(now) {
            return;
        }
        let left = self.pace.until_refresh(now);
        if left.is_zero() {
            self.pace.asks(now);
            self.call = Some(Call::plain(&self.house, &self.stock.id));
            return;
        }
        let wait = Duration::from_secs(self.house.hold.min(left).as_secs());
        let Some(etag) = self.etag.clone().filter(|_| wait >= SHORTEST_HOLD) else { return };
        let Ok(permit) = Arc::clone(&self.house.holds).try_acquire_owned() else { return };
        self.call = Some(Call::held(&self.house, &self.stock.id, permit, Ask::Hold { etag, wait }));
    }

    /// A reader wants a newer answer: a request that is held back is given up for one that is not.
    fn hurry(&mut self) {
        if self.call.as_ref().is_none_or(Call::is_held) {
            self.call = None;
            self.pace.hurry(self.now());
        }
    }

    async fn answered(&mut self, (call, answer): (Call, Result<Reply, Trouble>)) {
        let plain = !call.is_held();
        if answer.is_ok() {
            self.come_back();
        }
        match answer {
            Ok(Reply::Value(document, etag)) => {
                self.etag = etag;
                self.pace.answered(self.now(), call.sent, &document);
                self.take(*document, call.sent).await;
            }
            Ok(Reply::Unchanged) => {
                self.pace.unchanged(self.now(), call.sent);
                self.stock.tell(|notices| notices.trouble = None);
            }
            Err(trouble) => {
                self.failed(&trouble).await;
                self.turn_aside();
            }
        }
        if plain && !self.waits_aside() {
            self.stock.asked();
        }
    }

    /// Nobody answered as hoped. Only a refusal of the reader ends what is at hand; everything else makes it stale.
    async fn failed(&mut self, trouble: &Trouble) {
        let words = trouble.words();
        self.pace.failed(self.now(), trouble);
        self.server = self.server.failed(trouble, self.now());
        if self.stock.notices.borrow().trouble.as_deref() != Some(&words) {
            tracing::warn!(secret = %self.stock.id, "{words}");
        }
        match trouble {
            Trouble::Denied { status, title } => {
                self.wipe(Why::Denied { status: *status, title: title.clone() }).await;
                self.spread(*status);
            }
            Trouble::Unknown if self.stock.current().is_blank() => self.stock.explain(Why::Unknown),
            Trouble::Unknown
            | Trouble::Busy { .. }
            | Trouble::Down(_)
            | Trouble::Tokenless(_)
            | Trouble::Rejected(_)
            | Trouble::Malformed(_) => {}
        }
        self.stock.tell(|notices| notices.trouble = Some(words));
    }

    /// A refused token is refused for every secret: the other keepers look at once.
    fn spread(&self, status: u16) {
        if status == 401 {
            self.house.all().iter().filter(|stock| stock.id != self.stock.id).for_each(|stock| stock.want());
        }
    }

    /// Takes out of stock whose term is over, and notes what is gone.
    async fn sweep(&mut self) {
        let now = self.now();
        if !self.stock.good().is_blank() && self.stock.good().term.reach(now) == Reach::Over {
            self.stock.put_aside(Arc::clone(&self.blank));
            self.stock.tell(|_| {});
        }
        if !self.stock.current().is_blank() && self.stock.current().term.reach(now) == Reach::Over {
            self.wipe(Why::Expired).await;
        }
        self.retire();
        self.save_again(now).await;
        self.note_gone();
    }

    /// Takes everything out of stock, and off the disk.
    async fn wipe(&mut self, why: Why) {
        self.stock.explain(why);
        self.stock.put(Arc::clone(&self.blank));
        self.stock.put_aside(Arc::clone(&self.blank));
        self.course.since = None;
        self.stock.tell(|notices| notices.detour.iter_mut().for_each(|detour| detour.since = None));
        self.save().await;
    }

    /// Takes everything out of stock at the end; what the disk holds stays for the next start.
    fn leave(&mut self) {
        (self.call, self.side) = (None, None);
        self.stock.explain(Why::Closed);
        self.stock.put(Arc::clone(&self.blank));
        self.stock.put_aside(Arc::clone(&self.blank));
        self.stock.tell(|_| {});
        self.stock.asked();
        // nothing is asked for any more, so the newest version does not come back either
        self.stock
            .tallies()
            .iter()
            .filter(|tally| !self.shadow.holds(tally.version))
            .for_each(|tally| tally.leave_disk());
    }

    /// How long nothing has to be done, if nobody rings.
    fn pause(&self) -> Duration {
        let now = self.now();
        let ends = [self.stock.current(), self.stock.good()].into_iter().filter(|held| !held.is_blank());
        let ends = ends.map(|held| held.term.remaining(now)).map(|left| left.ttl + left.max_stale);
        let next = if self.call.is_some() { LONGEST_SLEEP } else { self.pace.next(now) };
        let next = if self.is_held_back() { next.min(LOOK_AGAIN) } else { next };
        let next = self.shadow.next(now).into_iter().fold(next, Duration::min);
        ends.fold(next.min(LONGEST_SLEEP), Duration::min).max(Duration::from_millis(1))
    }

    fn until(&self, span: Duration) -> Moment {
        later(self.now(), span)
    }
}
