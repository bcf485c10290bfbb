//! The credential that keybaton itself has now. It is kept in memory only, and had anew before it ends.

use std::time::{Duration, SystemTime};

use aws_config::Region;
use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, error::CredentialsError};
use keybaton_ports::{Blame, Called, Certainty, Fault};
use tokio::sync::{Mutex, OnceCell};
use tokio::time::timeout_at;

use super::own::Way;
use super::sign::now;
use super::wire::Errand;

/// A credential of a role is had anew when it has less than this left.
const EARLY: Duration = Duration::from_mins(2);

/// Where the chain looks, in its order.
const PLACES: &str = "the environment, the shared profile, a web identity, the container, the instance";

/// The credential that keybaton itself has now.
pub(super) struct Session {
    way: Way,
    region: String,
    chain: OnceCell<SharedCredentialsProvider>,
    held: Mutex<Option<Credentials>>,
}

impl Session {
    pub(super) fn new(way: Way, region: &str) -> Self {
        Self { way, region: region.to_owned(), chain: OnceCell::new(), held: Mutex::default() }
    }

    /// A credential that is not about to end. One caller at a time asks.
    pub(super) async fn credentials(&self, errand: &Errand) -> Called<Credentials> {
        let profile = match &self.way {
            Way::Given(credentials) => return Ok(credentials.clone()),
            Way::Chain { profile } => profile.as_deref(),
        };
        let mut held = self.held.lock().await;
        if let Some(fresh) = held.as_ref().filter(|credentials| left(credentials) > EARLY) {
            return Ok(fresh.clone());
        }
        let asked = timeout_at(errand.deadline, self.ask(profile)).await.unwrap_or_else(|_| Err(late(errand)));
        match (asked, held.as_ref().filter(|credentials| !left(credentials).is_zero())) {
            (Ok(credentials), _) => Ok(held.insert(credentials).clone()),
            (Err(_), Some(old)) => Ok(old.clone()),
            (Err(fault), None) => Err(fault),
        }
    }

    /// Forgets a credential that was refused as ended, and says whether another one can be had.
    pub(super) async fn ended(&self, refused: &Credentials) -> bool {
        let mut held = self.held.lock().await;
        if held.as_ref().is_some_and(|held| held.access_key_id() == refused.access_key_id()) {
            *held = None;
        }
        matches!(self.way, Way::Chain { .. })
    }

    async fn ask(&self, profile: Option<&str>) -> Called<Credentials> {
        let chain = self.chain.get_or_init(|| async {
            let builder = DefaultCredentialsChain::builder().region(Region::new(self.region.clone()));
            SharedCredentialsProvider::new(match profile {
                Some(profile) => builder.profile_name(profile).build().await,
                None => builder.build().await,
            })
        });
        chain.await.provide_credentials().await.map_err(|error| missing(&error))
    }
}

/// How long a credential still lives.
fn left(credentials: &Credentials) -> Duration {
    credentials.expiry().map_or(Duration::MAX, |end: SystemTime| end.duration_since(now()).unwrap_or_default())
}

fn late(errand: &Errand) -> Fault {
    let span = crate::duration::words(errand.timeout);
    let what = format!("no credential of keybaton's own for AWS came within {span}; looked in {PLACES}");
    Fault::new(Blame::Transient, Certainty::NotSent, what)
}

/// What the chain says of itself may hold parts of files and answers: only its kind is told.
fn missing(error: &CredentialsError) -> Fault {
    let (blame, why) = match error {
        CredentialsError::CredentialsNotLoaded(_) => (Blame::OurCredential, "none was found"),
        CredentialsError::ProviderTimedOut(_) => (Blame::Transient, "whoever hands them out did not answer"),
        CredentialsError::InvalidConfiguration(_) => (Blame::OurCredential, "what is configured there makes no sense"),
        _ => (Blame::OurCredential, "whoever hands them out refused, or its answer makes no sense"),
    };
    let what = format!("there is no credential of keybaton's own for AWS: {why}; looked in {PLACES}");
    Fault::new(blame, Certainty::NotSent, what)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use aws_credential_types::provider::{Result as Provided, future};
    use tokio::time::Instant;

    use super::*;

    /// Hands out numbered credentials that live so long, and refuses from some number on.
    #[derive(Debug)]
    struct Role {
        asked: AtomicU64,
        life: Duration,
        most: u64,
    }

    impl Role {
        fn next(&self) -> Provided {
            let no = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
            if no > self.most {
                return Err(CredentialsError::provider_error("the words of a provider"));
            }
            Ok(Credentials::new(
                format!("ASIA{no}"),
                "secret",
                Some("session".to_owned()),
                Some(now() + self.life),
                "test",
            ))
        }
    }

    impl ProvideCredentials for Role {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            future::ProvideCredentials::ready(self.next())
        }
    }

    fn session(life: Duration, most: u64) -> Session {
        let session = Session::new(Way::Chain { profile: None }, "eu-central-1");
        let role = Role { asked: AtomicU64::new(0), life, most };
        session.chain.set(SharedCredentialsProvider::new(role)).unwrap();
        session
    }

    async fn had(session: &Session) -> Called<Credentials> {
        let timeout = Duration::from_secs(5);
        session.credentials(&Errand { timeout, deadline: Instant::now() + timeout }).await
    }

    #[tokio::test]
    async fn a_credential_is_kept_while_it_lives_and_had_anew_when_it_was_refused() {
        let session = session(Duration::from_hours(1), 9);
        let first = had(&session).await.unwrap();
        assert_eq!(had(&session).await.unwrap().access_key_id(), first.access_key_id());
        assert!(session.ended(&first).await, "there is another one to be had");
        let second = had(&session).await.unwrap();
        assert_eq!((first.access_key_id(), second.access_key_id()), ("ASIA1", "ASIA2"));
        assert!(session.ended(&first).await, "somebody else was late to say so");
        assert_eq!(had(&session).await.unwrap().access_key_id(), "ASIA2");
    }

    #[tokio::test]
    async fn a_credential_near_its_end_is_had_anew_and_used_on_when_that_fails() {
        let session = session(Duration::from_secs(30), 2);
        let ids = [had(&session).await, had(&session).await, had(&session).await];
        assert_eq!(ids.map(|had| had.unwrap().access_key_id().to_owned()), ["ASIA1", "ASIA2", "ASIA2"]);
    }

    #[tokio::test]
    async fn a_credential_that_cannot_be_had_is_told_without_the_words_of_others() {
        let fault = had(&session(Duration::from_hours(1), 0)).await.unwrap_err();
        assert_eq!((fault.blame, fault.certainty), (Blame::OurCredential, Certainty::NotSent));
        assert!(fault.to_string().contains(PLACES) && !fault.to_string().contains("the words of"), "{fault}");
        let given = Credentials::new("AKIA", "x", None, None, "test");
        let fixed = Session::new(Way::Given(given.clone()), "eu-central-1");
        assert!(!fixed.ended(&given).await, "there is no other one");
    }
}
