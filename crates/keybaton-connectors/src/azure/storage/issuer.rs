//! The issuer: the key of one slot is made anew while the other one is in use.
//!
//! Nothing here adds or deletes. To make a key is to make the slot anew that no live key of ours is in; to destroy one is to
//! make its own slot anew and to forget what came of it.

use async_trait::async_trait;
use keybaton_core::plan::Risk;
use keybaton_core::sheet::{Addressing, Chooser};
use keybaton_ports::{
    Blame, Called, Certainty, Create, Created, Describing, Draw, Fault, Issuer, IssuerTraits, Listed, Listing,
    Recognising, Sessions, Switching,
};
use keybaton_seal::SecretValue;
use keybaton_types::IssuedId;

use super::account::Account;
use super::key::{Key, StorageSlot, is_same};
use super::settings::IssuerSettings;
use crate::azure::rest::{Reach, Rest};
use crate::build::BuildError;
use crate::timing;

/// An issuer whose credentials are the keys of a storage account.
pub struct StorageIssuer {
    pub(super) account: Account,
    name: String,
    spare: Option<StorageSlot>,
    traits: IssuerTraits,
}

impl StorageIssuer {
    /// Builds the issuer; `secret` is what the table `login` refers to.
    pub fn new(settings: &IssuerSettings, secret: Option<SecretValue>) -> Result<Self, BuildError> {
        let account = Account::new(Rest::new(&settings.reach(), secret)?, settings);
        Ok(Self { account, name: settings.account.clone(), spare: settings.spare, traits: traits(settings)? })
    }

    /// The slot that no live key of ours is in. Where none of ours is live, somebody may use either, and a person has to say
    /// which one may go.
    fn free(&self, taken: &[IssuedId]) -> Called<StorageSlot> {
        let refused = |blame, what| Err(Fault::new(blame, Certainty::Refused, what));
        let slots: Vec<StorageSlot> = taken.iter().map(StorageSlot::of).collect::<Called<_>>()?;
        match (slots.first(), self.spare) {
            (Some(&used), _) if slots.iter().all(|slot| *slot == used) => Ok(used.other()),
            (Some(_), _) => refused(Blame::Full, format!("both keys of {} are in use", self.name)),
            (None, Some(spare)) => Ok(spare),
            (None, None) => {
                let what = format!(
                    "either key of {} may be in use: roll back and adopt the one that is, or name the other one with `spare`",
                    self.name
                );
                refused(Blame::Rejected, what)
            }
        }
    }
}

#[async_trait]
impl Issuer for StorageIssuer {
    fn traits(&self) -> IssuerTraits {
        self.traits.clone()
    }

    async fn create(&self, create: Create<'_>) -> Called<Created> {
        let slot = self.free(create.taken)?;
        let errand = self.account.begin();
        let old = self.account.at(errand, slot).await?;
        let made = self.account.regenerate(errand, &old).await?;
        Ok(Created { id: made.id(), value: Some(made.value) })
    }

    /// A slot with another key than this one in it is left alone: the key is dead, and the other one may be somebody's.
    async fn destroy(&self, id: &IssuedId) -> Called<()> {
        let slot = StorageSlot::of(id)?;
        let errand = self.account.begin();
        let there = self.account.at(errand, slot).await?;
        if there.id() == *id {
            self.account.regenerate(errand, &there).await?;
        }
        Ok(())
    }

    fn listing(&self) -> Option<&dyn Listing> {
        Some(self)
    }

    fn switching(&self) -> Option<&dyn Switching> {
        None
    }

    fn sessions(&self) -> Option<&dyn Sessions> {
        None
    }

    fn recognising(&self) -> Option<&dyn Recognising> {
        Some(self)
    }

    fn describing(&self) -> Option<&dyn Describing> {
        Some(self)
    }

    fn naming(&self) -> &'static str {
        "`key1` or `key2`, a colon, and the first 16 digits, in lowercase, of the key's SHA-256"
    }

    fn cautions(&self) -> Vec<Risk> {
        let risk = |what: String, so: &str| Risk { what, so: so.to_owned() };
        vec![
            risk(
                format!("{} has two keys: the new one takes the place of the one that is not in use", self.name),
                "whoever uses that one is refused as soon as the rotation begins; look for such use first",
            ),
            risk(
                "a shared access signature (SAS) that was signed with the old key ends with it".to_owned(),
                "make overlap.min longer than such signatures live; those of a user delegation go on working",
            ),
            risk(
                "Azure gives keys no label".to_owned(),
                "a key whose making was not answered is made anew in the same slot, after quiescence",
            ),
        ]
    }
}

#[async_trait]
impl Listing for StorageIssuer {
    async fn list(&self) -> Called<Vec<Listed>> {
        let keys = self.account.keys(self.account.begin()).await?;
        Ok(keys.iter().map(Key::listed).collect())
    }
}

#[async_trait]
impl Recognising for StorageIssuer {
    async fn recognise(&self, value: &SecretValue) -> Called<Option<IssuedId>> {
        let keys = self.account.keys(self.account.begin()).await?;
        Ok(keys.iter().find(|key| is_same(key, value)).map(Key::id))
    }
}

impl IssuerSettings {
    fn reach(&self) -> Reach<'_> {
        let scope = format!("{}/.default", self.management.trim_end_matches('/'));
        let (login, ca_file) = (&self.login, self.ca_file.as_deref());
        Reach { at: "management", url: &self.management, scope, login, ca_file, timeout: self.timeout }
    }
}

/// Checks the times that the settings have. Slots are used again, so a rotation waits until nothing of it can land (R10). How
/// many keys there are is no bound: a new one takes the place of another.
pub(super) fn traits(settings: &IssuerSettings) -> Result<IssuerTraits, BuildError> {
    let given = settings.quiescence.or(Some(settings.propagation.max(settings.timeout * 12)));
    Ok(IssuerTraits {
        max_credentials: None,
        chooser: Chooser::Issuer,
        addressing: Addressing::Again,
        draw: Draw::DEFAULT,
        last_used_lag: None,
        propagation: settings.propagation,
        quiescence: timing::quiescence(settings.timeout, given, "a call")?,
        timeout: settings.timeout,
    })
}
