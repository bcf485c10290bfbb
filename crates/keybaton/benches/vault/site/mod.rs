//! A server with a vault: how keybaton is led there, and what anybody would ask it.

mod aws;
mod azure;
mod hashicorp;
mod kubernetes;

use std::path::Path;

use keybaton_seal::SecretValue;
use serde_json::Value;

use crate::Outcome;
use crate::call::Call;

/// Which of the two values of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nth {
    /// There was nothing before.
    First,
    /// The one whose publication is measured.
    Second,
}

impl Nth {
    pub(crate) fn number(self) -> u64 {
        match self {
            Self::First => 1,
            Self::Second => 2,
        }
    }

    pub(crate) fn value(self) -> &'static str {
        match self {
            Self::First => "value-1-4f9a81c77e520a6d93b0c1ee3d58",
            Self::Second => "value-2-0a6d93b0c1ee3d584f9a81c77e52",
        }
    }
}

/// A server with a vault. A port is its own, or one on loopback that leads there.
pub(crate) trait Site: Send + Sync {
    /// What the configuration calls the connector.
    fn connector(&self) -> &'static str;

    /// What answers, in words.
    fn server(&self) -> &'static str;

    /// Its port on loopback.
    fn port(&self) -> u16;

    /// The file with the authority that vouches for it, where it speaks TLS.
    fn authority(&self) -> Option<&Path> {
        None
    }

    /// The settings of keybaton's vault.
    fn settings(&self, port: u16) -> Value;

    /// What keybaton itself is let in by.
    fn own(&self) -> Outcome<SecretValue>;

    /// The request that writes a value.
    fn write(&self, port: u16, name: &str, nth: Nth) -> Call;

    /// The request that reads the present value.
    fn read(&self, port: u16, name: &str) -> Call;

    /// How a value stands in the answer.
    fn shown(&self, value: &str) -> String {
        value.to_owned()
    }
}

/// Every server that is here.
pub(crate) async fn all() -> Vec<Box<dyn Site>> {
    let mut all: Vec<Box<dyn Site>> = Vec::new();
    all.extend(hashicorp::Bao::start().await.map(|site| Box::new(site) as _));
    all.extend(aws::Ministack::start().await.map(|site| Box::new(site) as _));
    all.push(Box::new(azure::Azure::start()));
    all.push(Box::new(kubernetes::Kubernetes::start().await));
    all
}
