//! What every connector is built through: settings that name the secrets they need, and why building failed.
//!
//! Settings are read and checked without any secret, so that a mistake in the configuration is found without a
//! network; the caller resolves the references and hands the values over.

use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keybaton_ports::{Channel, Issuer, Probe, Vault};
use keybaton_seal::SecretValue;
use keybaton_types::{Reference, SecretId};
use serde::de::DeserializeOwned;

/// Where settings are read from: a table of the configuration, which knows lines and columns, or a plain JSON value.
pub trait SettingsSource {
    /// What reading fails with.
    type Error;

    /// Reads the settings.
    fn read<T: DeserializeOwned>(&self) -> Result<T, Self::Error>;

    /// Says that the settings make no sense, in the source's own words for errors.
    fn refuse(&self, error: BuildError) -> Self::Error;

    /// Where relative paths of the settings start: the folder of the configuration file.
    fn folder(&self) -> &Path {
        Path::new("")
    }
}

/// Settings that can be laid over those of a preset.
pub trait PresetSource: SettingsSource + Sized {
    /// Says that a key is none of those that may stand here.
    fn stranger(&self, key: &str, known: &[&str]) -> Self::Error;

    /// Lays the table over `base`: tables key by key, everything else as a whole. A key of `moves` goes into the table
    /// that is named beside it first.
    #[must_use]
    fn over(&self, base: &serde_json::Value, moves: &[(&str, &'static str)]) -> Self;
}

impl SettingsSource for serde_json::Value {
    type Error = BuildError;

    fn read<T: DeserializeOwned>(&self) -> Result<T, BuildError> {
        Ok(T::deserialize(self)?)
    }

    fn refuse(&self, error: BuildError) -> BuildError {
        error
    }
}

impl PresetSource for serde_json::Value {
    fn stranger(&self, key: &str, known: &[&str]) -> BuildError {
        BuildError::setting(key, format!("it is none of {}", known.join(", ")))
    }

    fn over(&self, base: &serde_json::Value, moves: &[(&str, &'static str)]) -> Self {
        let mut mine = self.clone();
        for (key, table) in moves {
            if let Some(value) = mine.as_object_mut().and_then(|entries| entries.remove(*key)) {
                mine[*table][*key] = value;
            }
        }
        crate::preset::over(mine, base)
    }
}

/// The settings of an issuer.
pub trait BuildIssuer: Debug + Send + Sync {
    /// Makes relative paths start at this folder. Called once, before anything else.
    fn start_at(&mut self, _folder: &Path) {}

    /// Checks what can be checked without a secret and without a network.
    fn check(&self) -> Result<(), BuildError>;

    /// Returns the secrets that the issuer needs.
    fn references(&self) -> Vec<&Reference>;

    /// Returns what one secret alone may have its keys from, because another one would replace them; `None` where several may.
    fn sole(&self) -> Option<String> {
        None
    }

    /// Returns the probe that needs no settings of its own, where the issuer's say enough.
    fn own_probe(&self) -> Option<Box<dyn BuildProbe>>;

    /// Builds the issuer of one secret; `values` are those of [`BuildIssuer::references`], in the same order.
    fn build(&self, secret: &SecretId, values: Vec<SecretValue>) -> Result<Arc<dyn Issuer>, BuildError>;
}

/// The settings of a probe.
pub trait BuildProbe: Debug + Send + Sync {
    /// Makes relative paths start at this folder. Called once, before anything else.
    fn start_at(&mut self, _folder: &Path) {}

    /// Checks what can be checked without a secret and without a network.
    fn check(&self) -> Result<(), BuildError>;

    /// Returns the secrets that the probe needs beside the credential that it presents.
    fn references(&self) -> Vec<&Reference>;

    /// Builds the probe; `values` are those of [`BuildProbe::references`], in the same order.
    fn build(&self, values: Vec<SecretValue>) -> Result<Arc<dyn Probe>, BuildError>;
}

/// The settings of a vault.
pub trait BuildVault: Debug + Send + Sync {
    /// Makes relative paths start at this folder. Called once, before anything else.
    fn start_at(&mut self, _folder: &Path) {}

    /// Checks what can be checked without a secret and without a network.
    fn check(&self) -> Result<(), BuildError>;

    /// Returns the secrets that the vault needs.
    fn references(&self) -> Vec<&Reference>;

    /// Returns the one place in the world that `name` means here, in a form that two tables for one place share: two
    /// secrets must not have the same.
    fn place(&self, name: &str) -> Result<String, BuildError>;

    /// Builds the vault of one secret, whose `name` there is the configuration's; `values` are those of
    /// [`BuildVault::references`], in the same order.
    fn build(&self, secret: &SecretId, name: &str, values: Vec<SecretValue>) -> Result<Arc<dyn Vault>, BuildError>;
}

/// The settings of a channel for alerts.
pub trait BuildChannel: Debug + Send + Sync {
    /// Makes relative paths start at this folder. Called once, before anything else.
    fn start_at(&mut self, _folder: &Path) {}

    /// Checks what can be checked without a secret and without a network.
    fn check(&self) -> Result<(), BuildError>;

    /// Returns the secrets that the channel needs.
    fn references(&self) -> Vec<&Reference>;

    /// Builds the channel; `values` are those of [`BuildChannel::references`], in the same order.
    fn build(&self, values: Vec<SecretValue>) -> Result<Arc<dyn Channel>, BuildError>;
}

/// Makes a path of the settings start at the folder of the configuration file.
pub(crate) fn start_at(path: Option<&mut PathBuf>, folder: &Path) {
    if let Some(path) = path {
        *path = folder.join(&path);
    }
}

/// Why a connector cannot be built from its settings. No variant carries a secret.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The table has the wrong shape: an unknown key, a missing one, a wrong type.
    #[error("{0}")]
    Shape(#[from] serde_json::Error),
    /// A setting makes no sense, or goes against another one.
    #[error("{at}: {what}")]
    Setting {
        /// The setting, as a path of keys: `create.request`.
        at: String,
        /// What is wrong with it.
        what: String,
    },
    /// A resolved secret cannot be used where the settings put it.
    #[error("{at}: {what}")]
    Secret {
        /// The setting that refers to it.
        at: String,
        /// What is wrong with it, without the value.
        what: String,
    },
    /// A preset cannot be used like this.
    #[error("{what}")]
    Preset {
        /// Why.
        what: String,
        /// What to do.
        hint: String,
    },
    /// The connector is one that this build was made without.
    #[error("this keybaton was built without {feature}, and has no `{connector}`")]
    LeftOut {
        /// Its name.
        connector: &'static str,
        /// The cargo feature that brings it.
        feature: &'static str,
    },
    /// The library that speaks to the far service could not be started.
    #[error("the client cannot be set up")]
    Client(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl BuildError {
    /// A setting that makes no sense.
    pub fn setting(at: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Setting { at: at.into(), what: what.into() }
    }

    /// The same inside the table `at`.
    #[must_use]
    pub fn below(self, table: &str) -> Self {
        match self {
            Self::Setting { at, what } => Self::Setting { at: format!("{table}.{at}"), what },
            Self::Secret { at, what } => Self::Secret { at: format!("{table}.{at}"), what },
            Self::Shape(_) | Self::Preset { .. } | Self::LeftOut { .. } | Self::Client(_) => self,
        }
    }

    /// Returns what to do about it, where the error itself knows.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Preset { hint, .. } => Some(hint.clone()),
            Self::LeftOut { feature, .. } => {
                Some(format!("use a build that has it, or make one: cargo build --release --features {feature}"))
            }
            Self::Shape(_) | Self::Setting { .. } | Self::Secret { .. } | Self::Client(_) => None,
        }
    }

    /// A preset that cannot be used like this.
    pub fn preset(what: &str, hint: &str) -> Self {
        Self::Preset { what: what.to_owned(), hint: hint.to_owned() }
    }

    /// A secret that cannot be used.
    pub fn secret(at: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Secret { at: at.into(), what: what.into() }
    }
}
