//! The manual issuer: it calls nobody, and says what a person has to do.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use keybaton_core::sheet::{Addressing, Chooser, Errand};
use keybaton_ports::{
    Blame, Called, Certainty, Create, Created, Draw, Fault, Issuer, IssuerTraits, Listing, Sessions, Switching,
};
use keybaton_types::{IssuedId, SecretId};
use minijinja::Value;
use url::Url;

use super::instruction::Instruction;
use super::settings::IssuerSettings;
use crate::build::BuildError;
use crate::host::leads_here;

/// The longest time of a call; the only ones that are made go to the probe and the vault.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The longest time in which such a call may still land.
const QUIESCENCE: Duration = Duration::from_secs(30);

/// The settings of a manual issuer, once they make sense.
#[derive(Debug)]
pub(super) struct Checked {
    make: Instruction,
    delete: Instruction,
    url: Option<String>,
    traits: IssuerTraits,
}

/// A service whose keys a person makes and deletes.
#[derive(Debug)]
pub struct ManualIssuer {
    secret: SecretId,
    checked: Checked,
}

impl Checked {
    pub(super) fn new(settings: &IssuerSettings) -> Result<Self, BuildError> {
        let url = settings.url.as_deref().map(page).transpose()?;
        if settings.remind < Duration::from_secs(1) {
            return Err(BuildError::setting("remind", "a reminder comes every second at most"));
        }
        if settings.deadline.is_zero() {
            return Err(BuildError::setting("deadline", "a person needs some time"));
        }
        if settings.max_credentials.is_some_and(|most| most < 2) {
            return Err(BuildError::setting("max_credentials", "two keys have to live at once while consumers move"));
        }
        Ok(Self {
            make: Instruction::new("instructions", &settings.instructions, &["label", "secret", "env"])?,
            delete: Instruction::new("revoke_instructions", &settings.revoke_instructions, &["id", "secret", "env"])?,
            url,
            traits: traits(settings),
        })
    }
}

fn traits(settings: &IssuerSettings) -> IssuerTraits {
    IssuerTraits {
        max_credentials: settings.max_credentials,
        chooser: Chooser::Person(Errand { deadline: settings.deadline, remind: settings.remind }),
        addressing: Addressing::Once,
        draw: Draw::DEFAULT,
        last_used_lag: None,
        propagation: settings.propagation,
        quiescence: QUIESCENCE,
        timeout: TIMEOUT,
    }
}

/// A page that a person can open, and that carries no password.
fn page(text: &str) -> Result<String, BuildError> {
    let refuse = |what: &str| BuildError::setting("url", what);
    let url = Url::parse(text).map_err(|error| refuse(&format!("it is no URL: {error}")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("it has a user or a password in it"));
    }
    match url.scheme() {
        "https" => Ok(url.into()),
        "http" if leads_here(&url) => Ok(url.into()),
        _ => Err(refuse("it is https, or plain http to loopback")),
    }
}

impl ManualIssuer {
    /// Builds the issuer of one secret.
    pub fn new(settings: &IssuerSettings, secret: &SecretId) -> Result<Self, BuildError> {
        Ok(Self { secret: secret.clone(), checked: Checked::new(settings)? })
    }

    /// What a person has to do, and where, as the answer of a call that nobody sends.
    fn ask(&self, instruction: &Instruction, name: &'static str, value: &str) -> Fault {
        let variables = [("secret", self.secret.name()), ("env", self.secret.env()), (name, value)];
        let variables: BTreeMap<_, _> = variables.into_iter().map(|(name, text)| (name, Value::from(text))).collect();
        let unsaid = |error: minijinja::Error| {
            let what = format!("the instructions cannot be filled in: {}", error.kind());
            Fault::new(Blame::Rejected, Certainty::NotSent, what)
        };
        let said = instruction.say(&variables).map(|words| match &self.checked.url {
            Some(url) => format!("{words} ({url})"),
            None => words,
        });
        said.map_or_else(unsaid, |what| Fault::new(Blame::Person, Certainty::NotSent, what))
    }
}

#[async_trait]
impl Issuer for ManualIssuer {
    fn traits(&self) -> IssuerTraits {
        self.checked.traits.clone()
    }

    async fn create(&self, create: Create<'_>) -> Called<Created> {
        Err(self.ask(&self.checked.make, "label", &create.label.0))
    }

    async fn destroy(&self, id: &IssuedId) -> Called<()> {
        Err(self.ask(&self.checked.delete, "id", &id.0))
    }

    fn listing(&self) -> Option<&dyn Listing> {
        None
    }

    fn switching(&self) -> Option<&dyn Switching> {
        None
    }

    fn sessions(&self) -> Option<&dyn Sessions> {
        None
    }
}

#[cfg(test)]
mod tests {
    use keybaton_types::Label;
    use serde_json::json;

    use super::*;

    fn issuer(settings: serde_json::Value) -> Result<ManualIssuer, BuildError> {
        let settings: IssuerSettings = serde_json::from_value(settings)?;
        ManualIssuer::new(&settings, &"forge/prod".parse().unwrap())
    }

    #[tokio::test]
    async fn what_a_person_has_to_do_is_said_and_nothing_is_sent() {
        let forge = issuer(json!({ "instructions": "make {{ label }} for {{ secret }}/{{ env }}" })).unwrap();
        let (secret, label) = ("forge/prod".parse().unwrap(), Label("kb1-a".to_owned()));
        let create = Create { secret: &secret, label: &label, value: None, taken: &[] };
        let fault = forge.create(create).await.err().unwrap();
        assert_eq!((fault.blame, fault.certainty), (Blame::Person, Certainty::NotSent));
        assert_eq!(fault.what, "make kb1-a for forge/prod");
        let fault = forge.destroy(&IssuedId::from("t1")).await.unwrap_err();
        assert_eq!(
            (fault.blame, fault.certainty, fault.what),
            (Blame::Person, Certainty::NotSent, "delete the key t1".to_owned())
        );
        assert!(forge.listing().is_none() && forge.switching().is_none() && forge.sessions().is_none());
    }

    #[tokio::test]
    async fn the_page_is_shown_with_the_instructions() {
        let forge = issuer(json!({ "instructions": "make one", "url": "https://forge.example/tokens" })).unwrap();
        let fault = forge.destroy(&IssuedId::from("t1")).await.unwrap_err();
        assert_eq!(fault.what, "delete the key t1 (https://forge.example/tokens)");
    }

    #[test]
    fn settings_that_make_no_sense_are_refused() {
        for (key, value) in [
            ("url", json!("http://forge.example/")),
            ("url", json!("https://user:pw@forge.example/")),
            ("url", json!("javascript:alert(1)")),
            ("remind", json!("0s")),
            ("deadline", json!("0s")),
            ("max_credentials", json!(1)),
            ("revoke_instructions", json!("{{ label }}")),
            ("create", json!({})),
        ] {
            let mut settings = json!({ "instructions": "make one" });
            settings[key] = value;
            assert!(issuer(settings.clone()).is_err(), "{settings}");
        }
        assert!(issuer(json!({ "instructions": "make one", "url": "http://127.0.0.1:1/" })).is_ok());
    }
}
