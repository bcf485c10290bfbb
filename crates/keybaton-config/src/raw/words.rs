//! The words of which some keys take one.

use keybaton_core::policy;
use schemars::JsonSchema;
use serde::Deserialize;

/// What ends the overlap.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub(crate) enum Until {
    AllConsumers,
    Time,
}

/// What happens at `overlap.max` when somebody still uses the old credential.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub(crate) enum OnStraggler {
    Hold,
    Revoke,
    Rollback,
}

/// What an attributed failure of the new credential does.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub(crate) enum Rollback {
    Auto,
    Ask,
    Off,
}

/// How we know that a consumer has moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub(crate) enum Evidence {
    Agent,
    Ack,
    Session,
    LastUsed,
    Manual,
}

impl From<Until> for policy::Until {
    fn from(word: Until) -> Self {
        match word {
            Until::AllConsumers => Self::AllConsumers,
            Until::Time => Self::Time,
        }
    }
}

impl From<OnStraggler> for policy::OnStraggler {
    fn from(word: OnStraggler) -> Self {
        match word {
            OnStraggler::Hold => Self::Hold,
            OnStraggler::Revoke => Self::Revoke,
            OnStraggler::Rollback => Self::Rollback,
        }
    }
}

impl From<Rollback> for policy::Rollback {
    fn from(word: Rollback) -> Self {
        match word {
            Rollback::Auto => Self::Auto,
            Rollback::Ask => Self::Ask,
            Rollback::Off => Self::Off,
        }
    }
}
