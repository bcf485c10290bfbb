//! A secret of the far service, adopted, in a folder with a short policy.

use super::ledger::sql;
use super::{ADMIN, Book, Ended, Keybaton, OLD_ID, OLD_VALUE, Service};

/// The secret of most tests.
pub(crate) const SECRET: &str = "payments/prod";

/// A rotation of a few seconds: the floor and the watch are a second.
const TERMS: &str = r#"
overlap = { min = "1s", max = "1h", until = "time" }
watch = { for = "1s", every = "500ms", failures = 2 }
"#;

const TIMES: &str = "timeout = \"2s\"\npropagation = \"200ms\"\nquiescence = \"2s\"";

/// A secret of the far service, in a folder of its own.
pub(crate) struct Bench {
    pub(crate) keybaton: Keybaton,
    pub(crate) service: Service,
    terms: String,
    times: String,
}

impl Bench {
    /// With the short policy, adopted.
    pub(crate) async fn adopted() -> Self {
        Self::with(TERMS).await
    }

    /// With other terms of the secret, adopted.
    pub(crate) async fn with(terms: &str) -> Self {
        let bench = Self::bare(terms).await;
        bench.adopt().await.exits(0);
        bench
    }

    /// With an initialised folder, not adopted.
    pub(crate) async fn bare(terms: &str) -> Self {
        Self::at(Service::start().await, terms).await
    }

    /// The same at a service that was started already.
    pub(crate) async fn at(service: Service, terms: &str) -> Self {
        let bench = Self::described(service, terms);
        bench.run("init").await.exits(0);
        bench
    }

    /// With a configuration and nothing else.
    pub(crate) fn described(service: Service, terms: &str) -> Self {
        let keybaton = Keybaton::new();
        keybaton.write("admin.token", ADMIN);
        let bench = Self { keybaton, service, terms: terms.to_owned(), times: TIMES.to_owned() };
        bench.write_config();
        bench
    }

    /// Writes the configuration with other terms.
    pub(crate) fn agree(&mut self, terms: &str) {
        terms.clone_into(&mut self.terms);
        self.write_config();
    }

    fn write_config(&self) {
        let text = format!(
            "version = 1\n[server]\nlisten = \"127.0.0.1:0\"\n{}\n[secret.payments]\nissuer = \"stranger\"\nprobe = {}\n\
             [secret.payments.env.prod]\n{}\n",
            self.service.table(&self.times),
            self.service.probe(),
            self.terms
        );
        self.keybaton.write("keybaton.toml", &text);
    }

    /// Takes the old key over.
    pub(crate) async fn adopt(&self) -> Ended {
        self.keybaton.feed(&format!("adopt {SECRET} --id {OLD_ID}"), &format!("{OLD_VALUE}\n")).await
    }

    /// Runs a command to its end.
    pub(crate) async fn run(&self, line: &str) -> Ended {
        self.keybaton.run(line).await
    }

    /// Rotates until the words contain this, and detaches.
    pub(crate) async fn rotate_until(&self, words: &str) {
        self.keybaton.rotate_until(SECRET, words).await;
    }

    /// What a consumer reads.
    pub(crate) async fn value(&self) -> String {
        let got = self.run(&format!("get {SECRET} --reveal")).await.exits(0);
        got.out.strip_suffix('\n').unwrap().to_owned()
    }

    /// The row of the secret in `status --json`.
    pub(crate) async fn status(&self) -> serde_json::Value {
        self.run("status --json").await.exits(0).json()["secrets"][0].clone()
    }

    /// Runs a statement on the state database, as somebody would who has its file; says how many rows it changed.
    pub(crate) async fn sql(&self, statement: &'static str) -> u64 {
        sql(&self.keybaton, statement).await
    }

    /// The ledger as it stands.
    pub(crate) async fn book(&self) -> Book {
        Book::read(&self.keybaton, SECRET).await
    }

    /// Asserts that the secret is at rest with exactly one live key, that consumers get it, and that it works.
    pub(crate) async fn assert_whole(&self) {
        let book = self.book().await;
        book.assert_at_rest();
        let live = self.service.live();
        assert_eq!(live, book.live(), "what lives at the issuer is not what the ledger knows");
        assert_eq!(live.len(), 1, "{:?}", self.service.state().keys());
        let value = self.value().await;
        assert_eq!(self.service.state().reveal(&live[0]), Some(value.clone()));
        assert!(self.service.lets_in(&value).await, "the current value is refused");
        self.run("audit verify").await.exits(0);
    }
}
