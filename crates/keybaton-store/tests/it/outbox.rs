//! What channels have yet to be told: written with the commit, kept until it is told, by one process at a time.

use std::time::Duration;

use keybaton_core::ledger::{Alert, AlertKind, Change};
use keybaton_ports::{Attempt, Due, Ended, Openness, Outbox, Store, Subject};
use keybaton_store::Sqlite;
use keybaton_types::Timestamp;

use crate::house::{Place, SPAN, commit, record, secret};

const MINUTE: Duration = Duration::from_mins(1);

struct Bench {
    place: Place,
    store: Sqlite,
    revision: u64,
}

impl Bench {
    async fn new() -> Self {
        let place = Place::new();
        let store = place.make().await;
        store.enroll(&secret("a/prod")).await.unwrap();
        store.claim(&secret("a/prod"), "engine", SPAN).await.unwrap().unwrap();
        Self { place, store, revision: 0 }
    }

    async fn change(&mut self, changes: Vec<Change>) {
        let mut commit = commit(self.revision, 1, changes, None);
        commit.at = self.store.now().await.unwrap();
        self.store.commit(&secret("a/prod"), &commit, &record("engine"), None).await.unwrap();
        self.revision += 1;
    }

    async fn raise(&mut self, what: &str) {
        let alert = Alert { kind: AlertKind::Held, what: what.to_owned(), since: Timestamp(5) };
        self.change(vec![Change::Raise(alert)]).await;
    }

    async fn due(&self, channel: &str) -> Vec<Due> {
        self.store.due(channel, 0, 10).await.unwrap()
    }

    /// Tells the only thing that is due.
    async fn tell(&self, channel: &str, ended: Ended) {
        let due = self.due(channel).await;
        let [due] = &due[..] else { panic!("{due:?}") };
        assert!(self.store.take(channel, "one", MINUTE).await.unwrap());
        let open = if due.notice.closed.is_some() { Openness::Over } else { Openness::Open };
        let attempt = Attempt { notice: due.notice.no, turn: due.notice.turn, open, ended };
        self.store.settle(channel, &attempt).await.unwrap();
    }
}

fn failed(seconds: u64) -> Ended {
    Ended::Failed { why: "no connection".to_owned(), again: Duration::from_secs(seconds) }
}

#[tokio::test]
async fn an_alert_is_due_once_per_channel_and_again_when_it_is_over() {
    let mut bench = Bench::new().await;
    bench.raise("look").await;
    bench.raise("look").await;
    let [due] = &bench.due("ops").await[..] else { panic!("one of a kind is one") };
    assert_eq!((due.notice.kind.as_str(), due.notice.what.as_str(), due.notice.turn), ("held", "look", 1));
    assert_eq!(due.notice.subject, Subject::Secret(secret("a/prod")));
    bench.tell("ops", Ended::Told).await;
    assert!(bench.due("ops").await.is_empty());
    assert_eq!(bench.due("pager").await.len(), 1, "another channel has not heard of it");
    bench.change(vec![Change::Resolve(AlertKind::Held)]).await;
    let [over] = &bench.due("ops").await[..] else { panic!("that it is over is told") };
    assert!(over.notice.closed.is_some() && over.told_open.is_some(), "{over:?}");
    bench.tell("ops", Ended::Told).await;
    assert!(bench.due("ops").await.is_empty());
    bench.raise("again").await;
    let [again] = &bench.due("ops").await[..] else { panic!("what comes back is told") };
    assert_eq!((again.notice.no, again.notice.turn, again.told_open), (over.notice.no, 3, None));
}

#[tokio::test]
async fn a_commit_that_bounces_tells_nobody() {
    let mut bench = Bench::new().await;
    bench.revision = 7;
    let alert = Alert { kind: AlertKind::Held, what: "look".to_owned(), since: Timestamp(5) };
    let commit = commit(bench.revision, 1, vec![Change::Raise(alert)], None);
    assert!(bench.store.commit(&secret("a/prod"), &commit, &record("engine"), None).await.is_err());
    assert!(bench.due("ops").await.is_empty());
}

#[tokio::test]
async fn what_failed_is_tried_again_later_and_the_channel_shows_it() {
    let mut bench = Bench::new().await;
    bench.raise("look").await;
    bench.tell("ops", failed(30)).await;
    assert!(bench.due("ops").await.is_empty(), "not before its time");
    let [fared] = &bench.store.channels().await.unwrap()[..] else { panic!("one channel") };
    assert_eq!((fared.failures, fared.why.as_deref(), fared.is_failing()), (1, Some("no connection"), true));
    bench.place.clock.advance(MINUTE);
    assert_eq!(bench.due("ops").await[0].tries, 1);
    bench.tell("ops", Ended::Told).await;
    let fared = bench.store.channels().await.unwrap();
    assert_eq!((fared[0].failures, fared[0].messages, fared[0].is_failing()), (0, 1, false));
}

#[tokio::test]
async fn one_process_sends_on_a_channel_until_it_is_gone() {
    let bench = Bench::new().await;
    assert!(bench.store.take("ops", "one", MINUTE).await.unwrap());
    assert!(!bench.store.take("ops", "two", MINUTE).await.unwrap());
    assert!(bench.store.take("ops", "one", MINUTE).await.unwrap(), "whoever has it may go on");
    bench.place.clock.advance(MINUTE);
    assert!(bench.store.take("ops", "two", MINUTE).await.unwrap());
    bench.store.give_up("ops", "one").await.unwrap();
    assert!(!bench.store.take("ops", "one", MINUTE).await.unwrap(), "nobody gives up what is another's");
}

#[tokio::test]
async fn a_channel_that_is_new_hears_of_what_is_open_and_of_nothing_that_was_over_before() {
    let mut bench = Bench::new().await;
    bench.raise("over soon").await;
    bench.change(vec![Change::Resolve(AlertKind::Held)]).await;
    bench.place.clock.advance(MINUTE);
    assert!(bench.store.take("ops", "one", MINUTE).await.unwrap());
    assert!(bench.due("ops").await.is_empty());
    bench.raise("look").await;
    bench.change(vec![Change::Resolve(AlertKind::Held)]).await;
    assert_eq!(bench.due("ops").await.len(), 1, "what came and went since is told");
}

#[tokio::test]
async fn what_belongs_to_no_ledger_is_raised_closed_and_dropped_after_a_while() {
    let bench = Bench::new().await;
    let subject = Subject::Channel("ops".to_owned());
    bench.store.raise(&subject, "channel-failing", "no connection").await.unwrap();
    bench.store.raise(&subject, "channel-failing", "no connection").await.unwrap();
    assert_eq!(bench.due("pager").await[0].notice.turn, 1);
    Outbox::close(&bench.store, &subject, "channel-failing").await.unwrap();
    Outbox::close(&bench.store, &subject, "channel-failing").await.unwrap();
    let kept = bench.store.notices(10).await.unwrap();
    assert_eq!((kept.len(), kept[0].turn, kept[0].subject.clone()), (1, 2, subject));
    bench.place.clock.advance(MINUTE);
    bench.store.prune(bench.store.now().await.unwrap()).await.unwrap();
    assert!(bench.store.notices(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_last_heartbeat_is_known_when_its_engine_is_gone() {
    let bench = Bench::new().await;
    assert_eq!(bench.store.last_beat().await.unwrap(), None);
    bench.store.beat("engine", SPAN).await.unwrap();
    let beat = bench.store.now().await.unwrap();
    bench.place.clock.advance(MINUTE);
    bench.store.beat("engine", Duration::ZERO).await.unwrap();
    assert_eq!(bench.store.last_beat().await.unwrap(), Some(beat));
}
