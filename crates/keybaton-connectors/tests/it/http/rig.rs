//! A sandbox with an issuer and a probe of it.

use keybaton_connectors::http::{HttpIssuer, HttpProbe, IssuerSettings};
use keybaton_ports::{Called, Create, Created, Issuer, Listed, Presented, Probe, Verdict};
use keybaton_sandbox::{Dialect, Options, Sandbox};
use keybaton_seal::SecretValue;
use keybaton_types::{IssuedId, Label, SecretId};

use super::dialect;

/// The admin's token: if it shows up in any words, the canary has sung.
pub(crate) const ADMIN: &str = "admin-token-canary-5d2c";

/// A sandbox with an issuer and a probe of it.
pub(crate) struct Rig {
    pub(crate) sandbox: Sandbox,
    pub(crate) issuer: HttpIssuer,
    pub(crate) probe: HttpProbe,
}

impl Rig {
    pub(crate) async fn start(dialect: Dialect) -> Self {
        Self::with(dialect, |_| {}, |_| {}).await
    }

    /// Starts a sandbox and an issuer that differ from the usual.
    pub(crate) async fn with(
        dialect: Dialect,
        options: impl FnOnce(&mut Options),
        settings: impl FnOnce(&mut IssuerSettings),
    ) -> Self {
        let mut setup = Options::new(ADMIN);
        setup.dialect = dialect;
        options(&mut setup);
        let sandbox = Sandbox::start(setup).await.unwrap();
        let mut table = dialect::issuer(dialect, sandbox.url());
        settings(&mut table);
        let issuer = HttpIssuer::new(&table, &secret(), vec![text(ADMIN)]).unwrap();
        let probe = HttpProbe::new(&dialect::probe(sandbox.url())).unwrap();
        Self { sandbox, issuer, probe }
    }

    pub(crate) async fn create(&self, label: &str) -> Called<Created> {
        create(&self.issuer, label).await
    }

    pub(crate) async fn made(&self, label: &str) -> (IssuedId, SecretValue) {
        let created = self.create(label).await.unwrap();
        (created.id, created.value.unwrap())
    }

    pub(crate) async fn list(&self) -> Called<Vec<Listed>> {
        self.issuer.listing().unwrap().list().await
    }

    pub(crate) async fn verdict(&self, id: &IssuedId, value: &SecretValue) -> Verdict {
        let secret = secret();
        self.probe.probe(Presented { secret: &secret, id, value }).await.unwrap()
    }
}

pub(crate) async fn create(issuer: &HttpIssuer, label: &str) -> Called<Created> {
    let (secret, label) = (secret(), Label(label.to_owned()));
    issuer.create(Create { secret: &secret, label: &label, value: None, taken: &[] }).await
}

pub(crate) fn secret() -> SecretId {
    SecretId::new("payments", "prod").unwrap()
}

pub(crate) fn text(text: &str) -> SecretValue {
    SecretValue::from_text(text.to_owned()).unwrap()
}

/// Everything that a fault or an error shows: its words, its debug form, and those of its causes.
pub(crate) fn everything(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(|error| format!("{error} {error:?}")).collect::<Vec<_>>().join(" ")
}
