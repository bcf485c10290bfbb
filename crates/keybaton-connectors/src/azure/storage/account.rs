//! The account: where Azure Resource Manager has it, and what it says of its keys.

use keybaton_ports::{Blame, Called, Certainty, Fault};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::key::{Key, StorageSlot, Told, is_same};
use super::refusal::{harmless, refusal};
use super::settings::IssuerSettings;
use crate::azure::errand::Errand;
use crate::azure::rest::{Asked, Rest};
use crate::build::BuildError;
use crate::web::{outcome, percent};

/// The version of the API that is spoken; every cloud of Microsoft's has it.
const VERSION: &str = "2023-05-01";

/// The version in which permissions are told.
const PERMISSIONS: &str = "2022-04-01";

/// An account, as keybaton itself may change it.
pub(super) struct Account {
    rest: Rest,
    path: String,
}

/// The keys of an account, as they are told.
#[derive(Deserialize)]
struct Keys {
    keys: Vec<Told>,
}

impl Account {
    pub(super) fn new(rest: Rest, settings: &IssuerSettings) -> Self {
        let IssuerSettings { subscription_id, resource_group, account, .. } = settings;
        let (subscription, group) = (percent(subscription_id), percent(resource_group));
        let provider = "Microsoft.Storage/storageAccounts";
        Self {
            rest,
            path: format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/{provider}/{account}"),
        }
    }

    /// A call that begins now.
    pub(super) fn begin(&self) -> Errand {
        self.rest.begin()
    }

    /// Both keys, in the order of their slots.
    pub(super) async fn keys(&self, errand: Errand) -> Called<[Key; 2]> {
        let asked = Asked::action(self.below("listKeys", VERSION));
        both(&asked, self.read(errand, &asked).await?)
    }

    /// Makes the key of a slot anew, in place of `old`, and tells the new one. An answer that still shows the old one has not
    /// caught up with what was done.
    pub(super) async fn regenerate(&self, errand: Errand, old: &Key) -> Called<Key> {
        let asked = Asked::post(self.below("regenerateKey", VERSION), &json!({ "keyName": old.slot.word() }));
        let [first, second] = both(&asked, self.read(errand, &asked).await?)?;
        let made = if old.slot == StorageSlot::Key1 { first } else { second };
        if is_same(old, &made.value) {
            return Err(outcome::of_answer(&asked.line(), "the answer still shows the key from before"));
        }
        Ok(made)
    }

    /// The key in a slot, as the first half of a call that changes it: where this fails, nothing was changed.
    pub(super) async fn at(&self, errand: Errand, slot: StorageSlot) -> Called<Key> {
        let [first, second] = self.keys(errand).await.map_err(harmless)?;
        Ok(if slot == StorageSlot::Key1 { first } else { second })
    }

    /// What is told of the account itself; `None` where keybaton may not read that.
    pub(super) async fn described<T: DeserializeOwned>(&self, errand: Errand) -> Called<Option<T>> {
        self.readable(errand, format!("{}?api-version={VERSION}", self.path)).await
    }

    /// What keybaton may do with it; `None` where keybaton may not read that.
    pub(super) async fn permitted<T: DeserializeOwned>(&self, errand: Errand) -> Called<Option<T>> {
        self.readable(errand, self.below("providers/Microsoft.Authorization/permissions", PERMISSIONS)).await
    }

    async fn readable<T: DeserializeOwned>(&self, errand: Errand, path: String) -> Called<Option<T>> {
        let asked = Asked::get(path);
        match self.read(errand, &asked).await {
            Ok(read) => Ok(Some(read)),
            Err(Fault { blame: Blame::OurCredential, certainty: Certainty::Refused, .. }) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    async fn read<T: DeserializeOwned>(&self, errand: Errand, asked: &Asked) -> Called<T> {
        let answer = self.rest.ask(errand, asked).await?;
        if !answer.status.is_success() {
            return Err(refusal(asked, &answer));
        }
        // What serde_json says about broken JSON is a place, never a piece of it.
        let unclear = |error| outcome::of_answer(&asked.line(), format!("the answer makes no sense: {error}"));
        serde_json::from_slice(&answer.body).map_err(unclear)
    }

    fn below(&self, name: &str, version: &str) -> String {
        format!("{}/{name}?api-version={version}", self.path)
    }
}

/// Both keys of an answer; other names in it are none of ours, and one that lacks is a partial answer.
fn both(asked: &Asked, told: Keys) -> Called<[Key; 2]> {
    let unclear = |what: &str| outcome::of_answer(&asked.line(), what);
    let keys: Result<Vec<Key>, _> = told.keys.into_iter().filter_map(Told::key).collect();
    let mut keys = keys.map_err(|_| unclear("a key is longer than a key can be"))?;
    keys.sort_by_key(|key| key.slot.word());
    let whole = keys.iter().all(|key| !key.value.is_empty());
    match <[Key; 2]>::try_from(keys) {
        Ok([first, second]) if whole && first.slot != second.slot => Ok([first, second]),
        Ok(_) | Err(_) => Err(unclear("the answer has not one key for each of key1 and key2")),
    }
}

/// Checks the names of an account: they stand in a URL (Microsoft's rules for names of resources).
pub(super) fn check(settings: &IssuerSettings) -> Result<(), BuildError> {
    let is_id = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let is_group = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '(' | ')');
    let (id, group) = (&settings.subscription_id, &settings.resource_group);
    if id.is_empty() || id.len() > 64 || !id.chars().all(is_id) {
        return Err(BuildError::setting("subscription_id", "it has letters, digits and dashes only"));
    }
    if group.is_empty() || group.chars().count() > 90 || group.ends_with('.') || !group.chars().all(is_group) {
        return Err(BuildError::setting(
            "resource_group",
            "it has up to 90 letters, digits and -_.() and ends with no dot",
        ));
    }
    named("account", &settings.account)
}

/// Checks the name of an account: it stands in a host name.
pub(super) fn named(at: &str, account: &str) -> Result<(), BuildError> {
    let plain = account.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if plain && (3..=24).contains(&account.len()) {
        return Ok(());
    }
    Err(BuildError::setting(at, "the name of an account has 3 to 24 lowercase letters and digits"))
}
