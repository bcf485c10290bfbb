//! `[[detour]]`: the vault of a secret that the agent reads itself while its server is silent. What the vault's own keys
//! mean is not known here: whoever has the connectors reads them.

use std::collections::BTreeMap;
use std::time::Duration;

use keybaton_client::DetourTerms;
use keybaton_types::{Installation, SecretId, parse_duration};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// The shortest time that may be stated.
const SHORTEST: Duration = Duration::from_secs(1);

/// The vault of a secret that is read while the server is silent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetourEntry {
    /// The secret.
    pub secret: SecretId,
    /// Whose versions count: those that this installation of keybaton published.
    pub installation: Installation,
    /// The name of the secret in the vault.
    pub name: String,
    /// The kind of the vault, as the configuration of a server has it: `hashicorp-vault`.
    pub kind: String,
    /// Its other settings.
    pub settings: Value,
    /// When it is read, and for how long that is good.
    pub terms: DetourTerms,
}

/// The vault of a secret, read by the agent itself while the server is silent: it does not answer, not in time, or only with
/// 5xx. A server that refuses the agent is not silent. The server's next word counts, whatever the vault said.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Detour")]
#[serde(deny_unknown_fields)]
pub(super) struct RawDetour {
    /// The secret.
    #[schemars(with = "String")]
    secret: SecretId,
    /// Which keybaton publishes it there, as `keybaton state show` says. What carries no number of this installation is
    /// not taken.
    installation: String,
    /// The name of the secret in the vault; `NAME-ENV` when nothing is said.
    name: Option<String>,
    /// The vault as in keybaton.toml, with `type`, `hashicorp-vault` or `azure-key-vault`, and a login of the agent's own
    /// that may read and nothing else. `secret` is no reference that an agent can follow.
    #[schemars(with = "BTreeMap<String, Value>")]
    vault: BTreeMap<String, Value>,
    /// How long the server is silent before the vault is read, a duration; `1m` when nothing is said. Where nothing is at
    /// hand it is read at once.
    after: Option<String>,
    /// The time between two reads, about, a duration; `30s` when nothing is said. After a fault it doubles, up to 5m.
    every: Option<String>,
    /// How long what was read may be handed out after the last read, a duration; `1h` when nothing is said.
    max_stale: Option<String>,
}

impl RawDetour {
    pub(super) fn checked(self) -> Result<DetourEntry, (SecretId, String)> {
        let secret = self.secret.clone();
        self.read().map_err(|why| (secret, why))
    }

    fn read(self) -> Result<DetourEntry, String> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        if !(1..=32).contains(&self.installation.len()) || !self.installation.bytes().all(plain) {
            return Err("installation is the name that `keybaton state show` says, such as a1b2c3".to_owned());
        }
        let mut vault = self.vault;
        let Some(Value::String(kind)) = vault.remove("type") else {
            return Err("vault has a `type`, such as hashicorp-vault".to_owned());
        };
        let name = self.name.unwrap_or_else(|| format!("{}-{}", self.secret.name(), self.secret.env()));
        let terms = terms(self.after.as_deref(), self.every.as_deref(), self.max_stale.as_deref())?;
        let settings = Value::Object(vault.into_iter().collect());
        let installation = Installation(self.installation);
        Ok(DetourEntry { secret: self.secret, installation, name, kind, settings, terms })
    }
}

fn terms(after: Option<&str>, every: Option<&str>, max_stale: Option<&str>) -> Result<DetourTerms, String> {
    let after = span("after", after, Duration::from_mins(1))?;
    let every = span("every", every, Duration::from_secs(30))?;
    let max_stale = span("max_stale", max_stale, Duration::from_hours(1))?;
    if max_stale < every.saturating_mul(2) {
        return Err(
            "max_stale is shorter than twice `every`: what was read would end before it is read again".to_owned()
        );
    }
    Ok(DetourTerms { after, every, max_stale })
}

fn span(name: &str, text: Option<&str>, usual: Duration) -> Result<Duration, String> {
    let span = text.map_or(Ok(usual), |text| parse_duration(text).map_err(|error| format!("{name}: {error}")))?;
    if span < SHORTEST { Err(format!("{name} is at least a second")) } else { Ok(span) }
}
