//! The fake keybaton of the test kit, and clients of it.

use std::ops::Deref;
use std::path::Path;
use std::time::Duration;

use keybaton_client::{Access, Builder, Client, Handle};
use keybaton_seal::SecretValue;
use keybaton_testkit::fake::FakeServer;
pub(crate) use keybaton_testkit::fake::{SECRET, Served, ServerMode as Mode};
use keybaton_types::VersionNo;

/// The token that is let in.
pub(crate) const TOKEN: &str = "kbt_f4ke-t0ken-of-a-test";

/// No condition of these tests takes longer to come about, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running fake, and how it is read.
pub(crate) struct Fake {
    server: FakeServer,
    pub(crate) url: String,
}

impl Deref for Fake {
    type Target = FakeServer;

    fn deref(&self) -> &FakeServer {
        &self.server
    }
}

impl Fake {
    /// Serves version 1 of [`SECRET`] on loopback.
    pub(crate) async fn start() -> Self {
        let server = FakeServer::start(TOKEN).await;
        Self { url: server.url(), server }
    }

    /// The same on a unix socket.
    pub(crate) fn start_on(socket: &Path) -> Self {
        let server = FakeServer::start_on(socket, TOKEN);
        Self { url: server.url(), server }
    }

    /// A client of it that reports often.
    pub(crate) fn builder(&self) -> Builder {
        builder(&self.url)
    }

    /// One whose reader has seen two versions: the handle has the second, and waits for more.
    pub(crate) async fn at_version_two() -> (Self, Handle) {
        let fake = Self::start().await;
        let handle = fake.client().secret(SECRET).unwrap();
        handle.ready().await.unwrap();
        fake.until("a held request", |fake| fake.reads() == 2).await;
        fake.serve(Served::version(2));
        until("version 2", || handle.notices().version == Some(VersionNo(2))).await;
        (fake, handle)
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    /// Waits until something came that makes this true.
    pub(crate) async fn until(&self, what: &str, mut is_true: impl FnMut(&Self) -> bool) {
        self.server.until(what, || is_true(self)).await;
    }
}

/// A client of an address that reports often.
pub(crate) fn builder(url: &str) -> Builder {
    let token = SecretValue::from_text(TOKEN.to_owned()).unwrap();
    let builder = Client::builder(url, Access::token(token)).instance("billing-0");
    builder.report_every(Duration::from_millis(100)).timeout(Duration::from_secs(2))
}

/// Waits until this is true of a client, which changes by itself.
pub(crate) async fn until(what: &str, mut is_true: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !is_true() {
        assert!(begun.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
