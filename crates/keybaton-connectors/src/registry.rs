//! The explicit list of connectors. Adding one is a folder and a line here.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;

#[cfg(feature = "aws")]
use crate::aws;
#[cfg(feature = "azure")]
use crate::azure;
use crate::build::{BuildChannel, BuildError, BuildIssuer, BuildProbe, BuildVault, PresetSource, SettingsSource};
use crate::{
    email, exec, file, hashicorp, http, kubernetes, manual, mariadb, pagerduty, postgres, preset, redis, slack, webhook,
};

/// Makes of a line per connector: its name, what it is, and the types of its settings per role. Above it the cargo feature
/// that brings it, where there is one.
macro_rules! connectors {
    ($($(#[cfg(feature = $feature:tt)])? $name:literal: $summary:expr $(, issuer $issuer:ty)? $(, probe $probe:ty)? $(, vault $vault:ty)? $(, alert $alert:ty)?;)+) => {
        /// Every connector of this build, in the order of the alphabet.
        pub const ALL: &[Kind] = &[$($(#[cfg(feature = $feature)])? Kind {
            name: $name,
            summary: $summary,
            roles: &[
                $(Role::Issuer(schema::<$issuer>),)?
                $(Role::Probe(schema::<$probe>),)?
                $(Role::Vault(schema::<$vault>),)?
                $(Role::Alert(schema::<$alert>),)?
            ],
        },)+];

        /// The connectors that a build may leave out, each with the feature that brings it.
        const OPTIONAL: &[(&str, &str)] = &[$($(($name, $feature),)?)+];

        /// Reads and checks the settings of an issuer, without their `type`; `None` when nothing of that name is one.
        pub fn issuer<S: SettingsSource>(name: &str, source: &S) -> Option<Result<Box<dyn BuildIssuer>, S::Error>> {
            $($(#[cfg(feature = $feature)])? {
                $(if name == $name { return Some(read_issuer::<$issuer, S>(source)); })?
            })+
            refused(name, source)
        }

        /// Reads and checks the settings of a probe; `None` when nothing of that name is one.
        pub fn probe<S: SettingsSource>(name: &str, source: &S) -> Option<Result<Box<dyn BuildProbe>, S::Error>> {
            $($(#[cfg(feature = $feature)])? {
                $(if name == $name { return Some(read_probe::<$probe, S>(source)); })?
            })+
            refused(name, source)
        }

        /// Reads and checks the settings of a vault, without their `type`; `None` when nothing of that name is one.
        pub fn vault<S: SettingsSource>(name: &str, source: &S) -> Option<Result<Box<dyn BuildVault>, S::Error>> {
            $($(#[cfg(feature = $feature)])? {
                $(if name == $name { return Some(read_vault::<$vault, S>(source)); })?
            })+
            refused(name, source)
        }

        /// Reads and checks the settings of a channel for alerts, without their `type`; `None` when nothing of that name
        /// is one.
        pub fn channel<S: SettingsSource>(name: &str, source: &S) -> Option<Result<Box<dyn BuildChannel>, S::Error>> {
            $($(#[cfg(feature = $feature)])? {
                $(if name == $name { return Some(read_channel::<$alert, S>(source)); })?
            })+
            refused(name, source)
        }
    };
}

connectors! {
    #[cfg(feature = "aws")]
    "aws-iam": aws::IAM, issuer aws::IssuerSettings, probe aws::ProbeSettings;
    #[cfg(feature = "aws")]
    "aws-secrets-manager": aws::SUMMARY, vault aws::VaultSettings;
    #[cfg(feature = "azure")]
    "azure-entra": azure::ENTRA, issuer azure::EntraIssuerSettings, probe azure::EntraProbeSettings;
    #[cfg(feature = "azure")]
    "azure-key-vault": azure::KEY_VAULT, vault azure::VaultSettings;
    #[cfg(feature = "azure")]
    "azure-storage": azure::STORAGE, issuer azure::StorageIssuerSettings, probe azure::StorageProbeSettings;
    "email": email::SUMMARY, alert email::ChannelSettings;
    "exec": exec::SUMMARY, issuer exec::IssuerSettings, probe exec::ProbeSettings, alert exec::ChannelSettings;
    "file": file::SUMMARY, vault file::VaultSettings;
    "hashicorp-vault": hashicorp::SUMMARY, vault hashicorp::VaultSettings;
    "http": http::SUMMARY, issuer http::IssuerSettings, probe http::ProbeSettings;
    "kubernetes": kubernetes::SUMMARY, vault kubernetes::VaultSettings;
    "manual": manual::SUMMARY, issuer manual::IssuerSettings;
    "mariadb": mariadb::SUMMARY, issuer mariadb::IssuerSettings, probe mariadb::ProbeSettings;
    "openbao-approle": hashicorp::APPROLE, issuer hashicorp::IssuerSettings, probe hashicorp::ProbeSettings;
    "pagerduty": pagerduty::SUMMARY, alert pagerduty::ChannelSettings;
    "postgres": postgres::SUMMARY, issuer postgres::IssuerSettings, probe postgres::ProbeSettings;
    "redis": redis::SUMMARY, issuer redis::IssuerSettings, probe redis::ProbeSettings;
    "slack": slack::SUMMARY, alert slack::ChannelSettings;
    "webhook": webhook::SUMMARY, alert webhook::ChannelSettings;
}

/// Reads and checks the settings of an issuer that a preset has filled in, without `preset`; `None` when there is no preset
/// of that name.
pub fn preset<S: PresetSource>(name: &str, source: &S) -> Option<Result<Box<dyn BuildIssuer>, S::Error>> {
    let preset = preset::find(name)?;
    Some(preset::read(preset, source).map(|(settings, _)| Box::new(settings) as Box<dyn BuildIssuer>))
}

/// Returns the table that a preset and the user's keys make together; `None` when there is no preset of that name.
pub fn filled<S: PresetSource>(name: &str, source: &S) -> Option<Result<S, S::Error>> {
    let preset = preset::find(name)?;
    Some(preset::read(preset, source).map(|(_, merged)| merged))
}

/// A kind of connector: what it is called and what it can be.
#[derive(Debug)]
pub struct Kind {
    /// What the configuration calls it: `type = "…"` of an issuer, a vault or a channel, the first key of a probe.
    pub name: &'static str,
    /// What it is, in one line.
    pub summary: &'static str,
    /// What it can be.
    pub roles: &'static [Role],
}

/// What a connector can be, and the JSON Schema of its settings for that, those of a probe aside without `type`.
#[derive(Clone, Copy, Debug)]
pub enum Role {
    /// It creates and destroys credentials.
    Issuer(fn() -> Schema),
    /// It tries to authenticate with a credential.
    Probe(fn() -> Schema),
    /// It holds what consumers read.
    Vault(fn() -> Schema),
    /// It tells people of alerts.
    Alert(fn() -> Schema),
}

/// Returns the connector of that name.
pub fn find(name: &str) -> Option<&'static Kind> {
    ALL.iter().find(|kind| kind.name == name)
}

/// Returns why a connector is not in this build; `None` for one that is in, and for a name that no build knows.
pub fn left_out(name: &str) -> Option<BuildError> {
    let (connector, feature) = OPTIONAL.iter().find(|(connector, _)| *connector == name && find(name).is_none())?;
    Some(BuildError::LeftOut { connector, feature })
}

/// Refuses settings of a connector that was left out, whatever they are.
fn refused<T, S: SettingsSource>(name: &str, source: &S) -> Option<Result<T, S::Error>> {
    left_out(name).map(|error| Err(source.refuse(error)))
}

fn schema<T: JsonSchema>() -> Schema {
    SchemaGenerator::default().into_root_schema_for::<T>()
}

fn read_issuer<T, S>(source: &S) -> Result<Box<dyn BuildIssuer>, S::Error>
where
    T: BuildIssuer + DeserializeOwned + 'static,
    S: SettingsSource,
{
    let mut settings: T = source.read()?;
    settings.start_at(source.folder());
    settings.check().map_err(|error| source.refuse(error))?;
    Ok(Box::new(settings))
}

fn read_probe<T, S>(source: &S) -> Result<Box<dyn BuildProbe>, S::Error>
where
    T: BuildProbe + DeserializeOwned + 'static,
    S: SettingsSource,
{
    let mut settings: T = source.read()?;
    settings.start_at(source.folder());
    settings.check().map_err(|error| source.refuse(error))?;
    Ok(Box::new(settings))
}

fn read_vault<T, S>(source: &S) -> Result<Box<dyn BuildVault>, S::Error>
where
    T: BuildVault + DeserializeOwned + 'static,
    S: SettingsSource,
{
    let mut settings: T = source.read()?;
    settings.start_at(source.folder());
    settings.check().map_err(|error| source.refuse(error))?;
    Ok(Box::new(settings))
}

fn read_channel<T, S>(source: &S) -> Result<Box<dyn BuildChannel>, S::Error>
where
    T: BuildChannel + DeserializeOwned + 'static,
    S: SettingsSource,
{
    let mut settings: T = source.read()?;
    settings.start_at(source.folder());
    settings.check().map_err(|error| source.refuse(error))?;
    Ok(Box::new(settings))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_connector_has_a_name_of_its_own_and_a_role() {
        assert!(ALL.is_sorted_by(|a, b| a.name < b.name));
        assert!(ALL.iter().all(|kind| !kind.roles.is_empty()));
        assert!(ALL.iter().all(|kind| find(kind.name).is_some_and(|found| found.name == kind.name)));
    }

    /// The features of this build, spelled once more: what stands at a line is what cargo switches.
    const FEATURES: [(&str, bool); 2] = [("aws", cfg!(feature = "aws")), ("azure", cfg!(feature = "azure"))];

    #[test]
    fn a_connector_is_in_or_left_out_as_the_feature_at_its_line_says() {
        for feature in FEATURES.map(|(feature, _)| feature) {
            assert!(OPTIONAL.iter().any(|(_, brings)| *brings == feature), "nothing needs {feature}");
        }
        for (name, feature) in OPTIONAL {
            let is_on = FEATURES.contains(&(*feature, true));
            assert_eq!((find(name).is_some(), left_out(name).is_none()), (is_on, is_on), "{name}");
        }
        assert!(left_out("http").is_none() && left_out("htp").is_none());
    }

    #[test]
    fn every_schema_refuses_unknown_keys() {
        for role in ALL.iter().flat_map(|kind| kind.roles) {
            let (Role::Issuer(schema) | Role::Probe(schema) | Role::Vault(schema) | Role::Alert(schema)) = role;
            assert_eq!(schema().get("additionalProperties"), Some(&serde_json::json!(false)), "{role:?}");
        }
    }
}
