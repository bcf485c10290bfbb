//! The directory: who may log in, by what, which tokens were given out, and what each may do.

use std::collections::{BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::answer::Answer;
use super::random;

/// The only directory.
pub const TENANT: &str = "0b5c1d3e-8a44-4a5e-9f0d-6d1c2b3a4f5e";

/// The only service that tokens are given out for.
const RESOURCE: &str = "https://vault.azure.net";

/// How long tokens live, in seconds.
const LIFE: i64 = 3600;

/// What somebody may do with the secrets of the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// Read values.
    Get,
    /// List names and versions.
    List,
    /// Write versions, and change what is said of them.
    Set,
    /// Delete, recover and purge.
    Delete,
}

/// How somebody proves who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    Secret(String),
    /// The secret is the right one, and its time is over.
    Expired(String),
    Assertion(String),
    Header(String),
}

#[derive(Default)]
pub(super) struct Directory {
    identities: HashMap<String, Identity>,
    tokens: HashMap<String, Token>,
}

#[derive(Default)]
struct Identity {
    proofs: Vec<Proof>,
    rights: BTreeSet<Right>,
}

struct Token {
    identity: String,
    ends: Timestamp,
}

impl Directory {
    pub(super) fn prove(&mut self, identity: &str, proof: Proof) {
        self.identities.entry(identity.to_owned()).or_default().proofs = vec![proof];
    }

    pub(super) fn allow(&mut self, identity: &str, rights: &[Right]) {
        self.identities.entry(identity.to_owned()).or_default().rights = rights.iter().copied().collect();
    }

    /// No token that was given out is accepted any more.
    pub(super) fn forget_tokens(&mut self) {
        self.tokens.clear();
    }

    /// The answer to a login at the directory's own endpoint.
    pub(super) fn log_in(&mut self, tenant: &str, form: &HashMap<String, String>) -> Answer {
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        if tenant != TENANT {
            return Answer::of_login(400, "invalid_request", 90_002);
        }
        if field("grant_type") != "client_credentials" || field("scope") != format!("{RESOURCE}/.default") {
            return Answer::of_login(400, "invalid_request", 70_011);
        }
        let identity = field("client_id").to_owned();
        let Some(known) = self.identities.get(&identity) else {
            return Answer::of_login(400, "unauthorized_client", 700_016);
        };
        let (secret, assertion) = (field("client_secret").to_owned(), field("client_assertion").to_owned());
        if known.proofs.contains(&Proof::Expired(secret.clone())) {
            return Answer::of_login(401, "invalid_client", 7_000_222);
        }
        match known
            .proofs
            .iter()
            .any(|proof| [Proof::Secret(secret.clone()), Proof::Assertion(assertion.clone())].contains(proof))
        {
            true => self.token(&identity),
            false if assertion.is_empty() => Answer::of_login(401, "invalid_client", 7_000_215),
            false => Answer::of_login(400, "invalid_client", 70_021),
        }
    }

    /// The answer to a function or container app that asks for its identity.
    pub(super) fn identify(&mut self, header: &str, query: &HashMap<String, String>) -> Answer {
        let asks_for_us = query.get("resource").is_some_and(|resource| resource == RESOURCE);
        let proof = Proof::Header(header.to_owned());
        let found = self.identities.iter().find(|(_, identity)| identity.proofs.contains(&proof));
        match found.map(|(name, _)| name.clone()) {
            Some(name) if asks_for_us => self.token(&name),
            _ => Answer::refused(401, "Unauthorized", None),
        }
    }

    /// Whose token this is, if it is one that is good now.
    pub(super) fn holder(&self, token: &str) -> Option<&str> {
        let token = self.tokens.get(token).filter(|token| token.ends > Timestamp::now())?;
        Some(&token.identity)
    }

    pub(super) fn may(&self, identity: &str, right: Right) -> bool {
        self.identities.get(identity).is_some_and(|identity| identity.rights.contains(&right))
    }

    /// A token of an application, as if it had just logged in.
    pub(super) fn issue(&mut self, identity: &str) -> String {
        let (token, ends) = (random::hex(24), Timestamp::now() + SignedDuration::from_secs(LIFE));
        self.tokens.insert(token.clone(), Token { identity: identity.to_owned(), ends });
        token
    }

    fn token(&mut self, identity: &str) -> Answer {
        Answer::ok(json!({
            "token_type": "Bearer",
            "expires_in": LIFE,
            "ext_expires_in": LIFE,
            "expires_on": (Timestamp::now().as_second() + LIFE).to_string(),
            "resource": RESOURCE,
            "access_token": self.issue(identity),
        }))
    }
}
