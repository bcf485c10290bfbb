//! The issuer: the service that creates and destroys credentials.

use std::time::Duration;

use async_trait::async_trait;
use keybaton_core::{
    answer::Listed,
    plan::Risk,
    sheet::{Addressing, Chooser},
};
use keybaton_seal::SecretValue;
use keybaton_types::{IssuedId, Label, SecretId};

use crate::Called;

/// The service that creates and destroys credentials. One value of it is configured for one secret.
///
/// Optional abilities are accessors, from which the sheet is computed: data and code cannot disagree. A connector never
/// retries, never sleeps and never decides; every call honours `IssuerTraits::timeout` by itself.
#[async_trait]
pub trait Issuer: Send + Sync {
    /// The numbers of the sheet that no accessor can tell.
    fn traits(&self) -> IssuerTraits;

    /// Makes a credential. Where we choose the value, the same call again with the same value does no harm.
    async fn create(&self, create: Create<'_>) -> Called<Created>;

    /// Destroys a credential. One that is gone already is success.
    async fn destroy(&self, id: &IssuedId) -> Called<()>;

    /// Listing, where the issuer can.
    fn listing(&self) -> Option<&dyn Listing>;

    /// Switching off and on, where the issuer can.
    fn switching(&self) -> Option<&dyn Switching>;

    /// Live sessions per credential, where the issuer shows them.
    fn sessions(&self) -> Option<&dyn Sessions>;

    /// Finding a credential by its value, where the issuer can.
    fn recognising(&self) -> Option<&dyn Recognising> {
        None
    }

    /// What the far side says of itself, where it can be asked.
    fn describing(&self) -> Option<&dyn Describing> {
        None
    }

    /// What the ids of this issuer are, for a person who has to name one.
    fn naming(&self) -> &'static str {
        "what the issuer calls the key"
    }

    /// What can go wrong at this issuer beyond what the sheet tells; `plan` says it.
    fn cautions(&self) -> Vec<Risk> {
        Vec::new()
    }
}

/// Reads the issuer's list.
#[async_trait]
pub trait Listing: Send + Sync {
    /// The whole list, foreign entries too; a partial list is a fault.
    async fn list(&self) -> Called<Vec<Listed>>;
}

/// Switches a credential off and on again.
#[async_trait]
pub trait Switching: Send + Sync {
    /// Switches it off.
    async fn disable(&self, id: &IssuedId) -> Called<()>;
    /// Switches it on.
    async fn enable(&self, id: &IssuedId) -> Called<()>;
}

/// Shows and ends the sessions that were opened with a credential.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// How many are live.
    async fn count(&self, id: &IssuedId) -> Called<u32>;
    /// Ends them all.
    async fn end(&self, id: &IssuedId) -> Called<()>;
}

/// Finds a credential by its value: for issuers that show a digest of it, and for those that keep no label.
#[async_trait]
pub trait Recognising: Send + Sync {
    /// The id of the credential with this value; `None` where the issuer has none.
    async fn recognise(&self, value: &SecretValue) -> Called<Option<IssuedId>>;
}

/// Asks the far side what it can do. Nothing is decided by it: the settings hold, and a person is told of differences.
#[async_trait]
pub trait Describing: Send + Sync {
    /// How what it says differs from the settings, a sentence each.
    async fn differences(&self) -> Called<Vec<String>>;
}

/// The numbers of the sheet that no accessor can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerTraits {
    /// How many credentials may live at once, foreign ones included.
    pub max_credentials: Option<u32>,
    /// Who chooses the value.
    pub chooser: Chooser,
    /// Whether an id ever names a second credential.
    pub addressing: Addressing,
    /// How a value is drawn where we choose it.
    pub draw: Draw,
    /// How late the issuer's last-used time may be; `None` where it tells none.
    pub last_used_lag: Option<Duration>,
    /// A new credential may be refused this long, and a destroyed one may still work.
    pub propagation: Duration,
    /// The longest time in which a request that timed out may still land.
    pub quiescence: Duration,
    /// The longest time of one call.
    pub timeout: Duration,
}

/// How a value is drawn where we choose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// How many characters.
    pub len: usize,
    /// Of which.
    pub alphabet: Alphabet,
}

/// The characters of a drawn value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// `A-Z a-z 0-9`.
    Alphanumeric,
}

impl Draw {
    /// 32 letters and digits: 190 bits.
    pub const DEFAULT: Self = Self { len: 32, alphabet: Alphabet::Alphanumeric };
}

/// What to make.
#[derive(Clone, Copy)]
pub struct Create<'a> {
    /// The secret that it is for.
    pub secret: &'a SecretId,
    /// How we recognise it in the list (R1).
    pub label: &'a Label,
    /// The value, where we choose it.
    pub value: Option<&'a SecretValue>,
    /// Ids of credentials that are alive or condemned and not yet settled: none of them may be reused (R10).
    pub taken: &'a [IssuedId],
}

/// What was made.
pub struct Created {
    /// The issuer's id.
    pub id: IssuedId,
    /// The value, where the issuer chose it.
    pub value: Option<SecretValue>,
}
