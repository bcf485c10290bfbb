//! The fake keybaton of the test kit, in the words of these tests: a value is published, retired, condemned.

use keybaton_testkit::fake::{FakeServer, SECRET, Served, ServerMode};
use keybaton_types::wire::{AuthResults, Kind};

/// The one access token that it takes.
pub(crate) const TOKEN: &str = "kbt_0000000000000000000000000000000000000000000tok3n0";

/// How it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// As it should.
    Well,
    /// It takes requests and never answers.
    Hangs,
    /// With this status.
    Says(u16),
}

/// What it heard of a version: instance, version, and the kind of sighting.
pub(crate) type Heard = (String, u64, Kind);

/// A server on loopback.
pub(crate) struct Fake(FakeServer);

impl Fake {
    /// One that serves version 1 of `payments/prod`.
    pub(crate) async fn start(value: &str) -> Self {
        let server = FakeServer::start(TOKEN).await;
        server.serve(Served::version(1).value(value));
        Self(server)
    }

    pub(crate) fn url(&self) -> String {
        self.0.url()
    }

    /// Listens, at the same place as before.
    pub(crate) async fn open(&mut self) {
        self.0.open().await;
    }

    /// Is gone, with every connection.
    pub(crate) async fn shut(&mut self) {
        self.0.shut().await;
    }

    pub(crate) fn mood(&self, mood: Mood) {
        self.0.behave(match mood {
            Mood::Well => ServerMode::Well,
            Mood::Hangs => ServerMode::Hangs,
            Mood::Says(status) => ServerMode::Status(status),
        });
    }

    pub(crate) fn ttl(&self, seconds: u64) {
        self.0.change(|desk| desk.served.values_mut().for_each(|served| served.ttl = seconds));
    }

    pub(crate) fn max_stale(&self, seconds: u64) {
        self.0.change(|desk| desk.served.values_mut().for_each(|served| served.max_stale = seconds));
    }

    /// Publishes the next version of a secret.
    pub(crate) fn publish(&self, value: &str) {
        self.publish_of(SECRET, value);
    }

    pub(crate) fn publish_of(&self, secret: &str, value: &str) {
        self.0.change(|desk| {
            let next = match desk.served.get(secret) {
                Some(before) => {
                    let next = Served::version(before.version + 1).value(value).term(before.ttl, before.max_stale);
                    next.retiring(&before.retiring).condemning(&before.condemned)
                }
                None => Served::version(1).value(value),
            };
            desk.served.insert(secret.to_owned(), next);
        });
    }

    pub(crate) fn retire(&self, version: u64) {
        self.0.change(|desk| desk.served.get_mut(SECRET).unwrap().retiring.push(version));
    }

    pub(crate) fn condemn(&self, version: u64) {
        self.0.change(|desk| desk.served.get_mut(SECRET).unwrap().condemned.push(version));
    }

    pub(crate) fn reads(&self) -> usize {
        self.0.reads()
    }

    /// Instance and results.
    pub(crate) fn results(&self) -> Vec<(String, AuthResults)> {
        let desk = self.0.desk();
        desk.results.iter().map(|(instance, _, results)| (instance.clone(), *results)).collect()
    }

    pub(crate) fn heard(&self) -> Vec<Heard> {
        let desk = self.0.desk();
        desk.sightings.iter().map(|(instance, _, seen)| (instance.clone(), seen.version.0, seen.kind)).collect()
    }

    /// Whether it has heard this of any instance.
    pub(crate) fn has_heard(&self, version: u64, kind: Kind) -> bool {
        self.0.seen(version).contains(&kind)
    }

    /// Waits until it hears this of any instance.
    pub(crate) async fn hears(&self, version: u64, kind: Kind) {
        self.until(|| self.has_heard(version, kind), &format!("{kind:?} of {version}")).await;
    }

    /// Waits until something is true, and looks whenever anything happened here.
    pub(crate) async fn until(&self, is_so: impl Fn() -> bool, what: &str) {
        self.0.until(what, is_so).await;
    }
}
