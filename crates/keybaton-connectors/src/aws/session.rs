//! The credential that keybaton itself has now. It is kept in memory only, and had anew before it ends.

use std::time::{Duration, SystemTime};

use aws_config::Region;
use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, error::CredentialsError};
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
    chain: OnceCell<DefaultCredentialsChain>,
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
            match profile {
                Some(profile) => builder.profile_name(profile).build().await,
                None => builder.build().await,
            }
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
