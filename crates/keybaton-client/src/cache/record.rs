//! The file of one secret: facts and value, each sealed and bound to the secret, so that no file can stand for another.

use std::collections::BTreeSet;

use data_encoding::BASE64;
use keybaton_seal::{Binding, Keyring, Part, SecretValue};
use keybaton_types::{CredentialNo, Fingerprint, Moment, Sealed, SecretId, VersionNo};
use serde::{Deserialize, Serialize};

use crate::clock::later;
use crate::term::Ends;

const SCHEMA: &str = "keybaton/cache/v1";

/// What is kept of a secret beside its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Facts {
    /// The version whose value is kept; zero when none is.
    pub(crate) version: VersionNo,
    /// The highest version that was ever seen: no answer below it is believed.
    pub(crate) highest: VersionNo,
    /// Versions that nobody may use again.
    pub(crate) condemned: BTreeSet<VersionNo>,
    /// The fingerprint of the value.
    pub(crate) fingerprint: String,
    /// When the version was published, by our clock.
    pub(crate) published: Moment,
    /// When it is not fresh any more.
    pub(crate) fresh: Moment,
    /// When it may not be used any more.
    pub(crate) end: Moment,
    /// When this was written.
    pub(crate) written: Moment,
    /// Whether keybaton refused the reader when it was asked last.
    #[serde(default)]
    pub(crate) denied: bool,
    /// Since when what is kept was read from a vault itself, if it was.
    #[serde(default)]
    pub(crate) detour: Option<Moment>,
    /// Values that nobody may use again, by their public fingerprints: they are sealed like the values themselves.
    #[serde(default)]
    pub(crate) dead: BTreeSet<Fingerprint>,
    /// The highest version of a vault that keybaton, asked later, did not confirm.
    #[serde(default)]
    pub(crate) overruled: VersionNo,
}

impl Facts {
    /// The ends of the term as of now. After another start of the machine only the wall clock can tell them; a wall clock
    /// that went back tells nothing, and the term is over.
    pub(crate) fn ends(&self, now: Moment) -> Ends {
        if now.wall < self.written.wall {
            return Ends::over();
        }
        if now.boot_id == self.written.boot_id {
            return Ends { fresh: self.fresh, end: self.end };
        }
        let here = |moment: Moment| later(now, moment.wall.since(now.wall));
        Ends { fresh: here(self.fresh), end: here(self.end) }
    }
}

/// The file of one secret.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    schema: String,
    facts: String,
    value: Option<String>,
}

impl Record {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let record: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if record.schema == SCHEMA {
            Ok(record)
        } else {
            Err("it has another form than this version writes".to_owned())
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the facts of a cached version are sealed like its value, and are no secret"
    )]
    pub(super) fn open(&self, keyring: &Keyring, id: &SecretId) -> Result<(Facts, Option<SecretValue>), String> {
        let facts = open(keyring, &self.facts, id, VersionNo(0), Part::Rendering)?;
        let facts: Facts = serde_json::from_slice(facts.expose()).map_err(|error| error.to_string())?;
        let value =
            self.value.as_ref().map(|value| open(keyring, value, id, facts.version, Part::Value)).transpose()?;
        Ok((facts, value))
    }

    pub(super) fn seal(
        keyring: &Keyring,
        id: &SecretId,
        facts: &Facts,
        value: Option<&SecretValue>,
    ) -> Result<Vec<u8>, String> {
        let said = |error: serde_json::Error| error.to_string();
        let text = SecretValue::new(serde_json::to_vec(facts).map_err(said)?).map_err(|error| error.to_string())?;
        let record = Self {
            schema: SCHEMA.to_owned(),
            facts: seal(keyring, &text, id, VersionNo(0), Part::Rendering)?,
            value: value.map(|value| seal(keyring, value, id, facts.version, Part::Value)).transpose()?,
        };
        serde_json::to_vec(&record).map_err(said)
    }
}

fn seal(
    keyring: &Keyring,
    value: &SecretValue,
    id: &SecretId,
    version: VersionNo,
    part: Part,
) -> Result<String, String> {
    let sealed = keyring.seal(value, &binding(keyring, id, version, part));
    sealed.map(|sealed| BASE64.encode(&sealed.0)).map_err(|error| error.to_string())
}

fn open(keyring: &Keyring, text: &str, id: &SecretId, version: VersionNo, part: Part) -> Result<SecretValue, String> {
    let sealed = BASE64.decode(text.as_bytes()).map_err(|error| error.to_string())?;
    keyring.open(&Sealed(sealed), &binding(keyring, id, version, part)).map_err(|error| error.to_string())
}

/// The number stands where a credential's stands in the state database: it is the version here.
fn binding<'a>(keyring: &'a Keyring, secret: &'a SecretId, version: VersionNo, part: Part) -> Binding<'a> {
    Binding { installation: keyring.installation(), secret, credential: CredentialNo(version.0), part }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use keybaton_seal::MasterKey;
    use keybaton_types::{Installation, Timestamp};

    use super::*;

    const NOW: Moment = Moment { wall: Timestamp(1_000_000_000), boot: 500_000_000, boot_id: 7 };

    fn facts() -> Facts {
        Facts {
            version: VersionNo(4),
            highest: VersionNo(4),
            condemned: BTreeSet::from([VersionNo(3)]),
            fingerprint: "f00".to_owned(),
            published: NOW,
            fresh: later(NOW, Duration::from_mins(1)),
            end: later(NOW, Duration::from_mins(3)),
            written: NOW,
            denied: false,
            detour: Some(NOW),
            dead: BTreeSet::from([Fingerprint("d34d".to_owned())]),
            overruled: VersionNo(2),
        }
    }

    fn keyring() -> Keyring {
        Keyring::new(&MasterKey::generate().unwrap(), &Installation("client".to_owned())).unwrap()
    }

    #[test]
    fn a_record_opens_for_its_own_secret_and_no_other() {
        let (keyring, a, b) = (keyring(), "a/prod".parse().unwrap(), "b/prod".parse().unwrap());
        let value = SecretValue::from_text("v4lue-of-a-test".to_owned()).unwrap();
        let bytes = Record::seal(&keyring, &a, &facts(), Some(&value)).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("v4lue-of-a-test"));
        let record = Record::parse(&bytes).unwrap();
        let (read, kept) = record.open(&keyring, &a).unwrap();
        assert_eq!((read, kept.unwrap().len()), (facts(), value.len()));
        assert!(record.open(&keyring, &b).is_err());
        assert!(record.open(&self::keyring(), &a).is_err());
    }

    #[test]
    fn the_value_of_one_version_does_not_open_under_the_facts_of_another() {
        let (keyring, id) = (keyring(), "a/prod".parse().unwrap());
        let value = SecretValue::from_text("v4lue-of-a-test".to_owned()).unwrap();
        let old = Record::parse(&Record::seal(&keyring, &id, &facts(), Some(&value)).unwrap()).unwrap();
        let new = Facts { version: VersionNo(5), ..facts() };
        let new = Record::parse(&Record::seal(&keyring, &id, &new, Some(&value)).unwrap()).unwrap();
        assert!(Record { value: old.value, ..new }.open(&keyring, &id).is_err());
    }

    #[test]
    fn a_term_goes_on_over_a_restart_of_the_process_and_of_the_machine() {
        let hour = Duration::from_secs(30);
        let same = facts().ends(later(NOW, hour));
        assert_eq!((same.fresh, same.end), (facts().fresh, facts().end));
        let booted = Moment { wall: NOW.wall + hour, boot: 5, boot_id: 8 };
        let other = facts().ends(booted);
        assert_eq!((other.fresh.boot, other.end.boot), (30_000_005, 150_000_005));
    }

    #[test]
    fn a_wall_clock_that_went_back_ends_the_term() {
        let before = Moment { wall: NOW.wall - Duration::from_secs(1), boot: 5, boot_id: 8 };
        assert_eq!(facts().ends(before), Ends::over());
    }
}
