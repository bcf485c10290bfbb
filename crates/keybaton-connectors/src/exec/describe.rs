//! What a program says of itself, held against the settings. `connector test` asks; nothing else depends on it.

use std::collections::BTreeSet;

use async_trait::async_trait;
use keybaton_core::sheet::{Addressing, Chooser};
use keybaton_ports::{Called, Describing, IssuerTraits};
use serde::Deserialize;

use super::issuer::ExecIssuer;
use super::settings::{Can, Ids, Value};

/// The answer to `describe`, in the words of the settings. What is left out is not compared.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    can: Option<BTreeSet<Can>>,
    value: Option<Value>,
    ids: Option<Ids>,
    max_credentials: Option<u32>,
}

#[async_trait]
impl Describing for ExecIssuer {
    async fn differences(&self) -> Called<Vec<String>> {
        let described: Described = self.ask(self.call("describe")).await?;
        Ok(differences(&described, &self.can, &self.traits))
    }
}

fn differences(described: &Described, can: &BTreeSet<Can>, traits: &IssuerTraits) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(says) = &described.can {
        found.extend(says.difference(can).map(|more| format!("it can {}, which `can` does not have", more.word())));
        found.extend(can.difference(says).map(|less| format!("`can` has {}, and it says that it cannot", less.word())));
    }
    let set = if traits.chooser == Chooser::Us { Value::Ours } else { Value::Theirs };
    if let Some(says) = described.value.filter(|says| *says != set) {
        found.push(format!("`value` is {}, and it says {}", set.word(), says.word()));
    }
    let set = if traits.addressing == Addressing::Again { Ids::Again } else { Ids::Once };
    if let Some(says) = described.ids.filter(|says| *says != set) {
        found.push(format!("`ids` is {}, and it says {}", set.word(), says.word()));
    }
    let set = traits.max_credentials;
    if let Some(says) = described.max_credentials.filter(|says| Some(*says) != set) {
        let set = set.map_or_else(|| "not set".to_owned(), |most| most.to_string());
        found.push(format!("`max_credentials` is {set}, and it says {says}"));
    }
    found
}

impl Can {
    fn word(self) -> &'static str {
        match self {
            Self::List => "\"list\"",
            Self::LastUsed => "\"last-used\"",
            Self::Disable => "\"disable\"",
            Self::Probe => "\"probe\"",
        }
    }
}

impl Value {
    fn word(self) -> &'static str {
        match self {
            Self::Ours => "\"ours\"",
            Self::Theirs => "\"theirs\"",
        }
    }
}

impl Ids {
    fn word(self) -> &'static str {
        match self {
            Self::Once => "\"once\"",
            Self::Again => "\"again\"",
        }
    }
}
