//! The explicit list of connectors. Adding one is a folder and a line here.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;

use crate::build::{BuildChannel, BuildIssuer, BuildProbe, BuildVault, PresetSource, SettingsSource};
use crate::{
    aws, azure, email, exec, file, hashicorp, http, kubernetes, manual, mariadb, pagerduty, postgres, preset, redis,
    slack, webhook,
};

/// Makes of a line per connector: its name, what it is, and the types of its settings per role.
macro_rules! connectors {
    ($($name:literal: $summary:expr $(, issuer $issuer:ty)? $(, probe $probe:ty)? $(, vault $vault:ty)? $(, alert $alert:ty)?;)+) => {
        /// Every connector, in the order of the alphabet.
        pub const ALL: &[Kind] = &[$(Kind {
            name: $name,
            summary: $summary,
            roles: &[
                $(Role::Issuer(schema::<$issuer>),)?
                $(Role::Probe(schema::<$probe>),)?
                $(Role::Vault(schema::<$vault>),)?
                $(Role::Alert(schema::<$alert>),)?
            ],
        },)+];

        /// Reads and checks the settings of an issuer, without their `type`; `None` when nothing of that name is one.
        pub fn issuer<S: SettingsSource>(name: &str, source: &S) -> Option<Result<Box<dyn BuildIssuer>, S::Error>> {
            match name {
                $($($name => Some(read_issuer::<$issuer, S>(source)),)?)+
                _ => None,
            }
        }

        /// Reads and checks the settings of a probe; `None` when nothing of that name is one.
        pub fn probe<S: SettingsSource>(name: &str, source: &S) -> Option<Result<Box<dyn BuildProbe>, S::Error>> {
            match name {
                $($($name => Some(read_probe::<$probe, S>(source)),)?)+
                _ => None,
            }
        }

        /// Reads and checks the settings of a vault, without their `type`; `None` when nothing of that name is one.
        pub fn vault<S: SettingsSource>(name: &str, source: &S) -> Option<Result<Box<dyn BuildVault>, S::Error>> {
            match name {
                $($($name => Some(read_vault::<$vault, S>(source)),)?)+
                _ => None,
            }
        }

        /// Reads and checks the settings of a channel for alerts, without their `type`; `None` when nothing of that name
        /// is one.
        pub fn channel<S: SettingsSource>(name: &str, source: &S) -> Option<Result<Box<dyn BuildChannel>, S::Error>> {
            match name {
                $($($name => Some(read_channel::<$alert, S>(source)),)?)+
                _ => None,
            }
        }
    };
}

connectors! {
    "aws-iam": aws::IAM, issuer aws::IssuerSettings, probe aws::ProbeSettings;
    "aws-secrets-manager": aws::SUMMARY, vault aws::VaultSettings;
    "azure-entra": azure::ENTRA, issuer azure::EntraIssuerSettings, probe azure::EntraProbeSettings;
    "azure-key-vault": azure::KEY_VAULT, vault azure::VaultSettings;
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

    #[test]
    fn every_schema_refuses_unknown_keys() {
        for role in ALL.iter().flat_map(|kind| kind.roles) {
            let (Role::Issuer(schema) | Role::Probe(schema) | Role::Vault(schema) | Role::Alert(schema)) = role;
            assert_eq!(schema().get("additionalProperties"), Some(&serde_json::json!(false)), "{role:?}");
        }
    }
}
