//! What a directory knows: who may log in, the passwords of its applications, and how long its replicas need.

use std::collections::BTreeMap;
use std::time::Duration;

/// How the services of a directory behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DirectoryMode {
    /// As they should.
    Well,
    /// Answer every request with this status.
    Status(u16),
    /// Answer 429 with `Retry-After` in seconds.
    Throttles(u64),
    /// Take requests and never answer.
    Hangs,
    /// Carry requests out and never answer them.
    Swallows,
    /// Answer with half a document.
    Babbles,
}

/// What a directory knows, and how its services behave.
pub struct DirectoryDesk {
    /// How they behave; logins of keybaton itself work all the time.
    pub mode: DirectoryMode,
    /// Whether keybaton itself may change the application.
    pub owner: Owner,
    /// How long a change needs until every replica knows it.
    pub lag: Duration,
    /// Requests to Graph so far.
    pub requests: Vec<String>,
    /// The application's passwords, those that were removed too.
    pub passwords: Vec<Password>,
    /// The tokens that are good, each with whom it was given to.
    pub(super) tokens: BTreeMap<String, String>,
    pub(super) clock: Duration,
    pub(super) count: u64,
}

/// Whether keybaton itself may change the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// It is an owner.
    Yes,
    /// It may not.
    No,
}

/// A password of the application.
#[derive(Clone, Debug)]
pub struct Password {
    /// Its id.
    pub key_id: String,
    /// Its name.
    pub name: String,
    pub(super) secret: String,
    pub(super) made: Duration,
    pub(super) removed: Option<Duration>,
}

impl Password {
    /// What a program logs in with.
    pub fn secret(&self) -> &str {
        &self.secret
    }
}

impl DirectoryDesk {
    pub(super) fn new() -> Self {
        Self {
            mode: DirectoryMode::Well,
            owner: Owner::Yes,
            lag: Duration::ZERO,
            requests: Vec::new(),
            passwords: Vec::new(),
            tokens: BTreeMap::new(),
            clock: Duration::from_secs(1000),
            count: 0,
        }
    }

    /// Makes a password, as Graph or as a person in the portal does.
    pub fn add(&mut self, name: &str) -> Password {
        self.count += 1;
        let key_id = format!("{:08x}-0000-4000-8000-000000000000", self.count);
        let secret = format!("Qx8~{:04}.kd83hf_dk39fh3kd0f9Ahq3", self.count);
        let password = Password { key_id, name: name.to_owned(), secret, made: self.clock, removed: None };
        self.passwords.push(password.clone());
        password
    }

    /// The passwords that are listed.
    pub fn live(&self) -> Vec<&Password> {
        self.passwords.iter().filter(|password| password.removed.is_none()).collect()
    }

    /// Whether the application may log in with this password, at the replica that is asked.
    pub(super) fn lets_in(&self, secret: &str) -> bool {
        let known = |password: &&Password| password.secret == secret && password.made + self.lag <= self.clock;
        let is_left = |at: Duration| at + self.lag > self.clock;
        self.passwords.iter().filter(known).any(|password| password.removed.is_none_or(is_left))
    }

    /// Removes a password; whether it was there.
    pub(super) fn remove(&mut self, key_id: &str) -> bool {
        let clock = self.clock;
        let found = self.passwords.iter_mut().find(|password| password.key_id == key_id && password.removed.is_none());
        found.map(|password| password.removed = Some(clock)).is_some()
    }

    /// Gives a token to somebody.
    pub(super) fn give(&mut self, whom: &str) -> String {
        self.count += 1;
        let token = format!("eyJ0.token-{}.x", self.count);
        self.tokens.insert(token.clone(), whom.to_owned());
        token
    }
}
