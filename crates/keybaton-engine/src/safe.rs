//! The safe: opens and seals the values of one secret. A value leaves it only for a connector or a consumer.

use std::sync::Arc;

use keybaton_ports::{Attachment, Render, Store};
use keybaton_seal::{Binding, Keyring, Part, SecretValue};
use keybaton_types::{CredentialNo, Fingerprint, IssuedId, Label, Sealed, SecretId};

use crate::Error;

/// Opens what consumers read of the current credential of a secret; for references to another secret.
pub async fn current_value(
    store: &Arc<dyn Store>,
    keyring: &Arc<Keyring>,
    secret: &SecretId,
) -> Result<Option<SecretValue>, Error> {
    let Some(snapshot) = store.read(secret).await? else { return Ok(None) };
    let Some(credential) = snapshot.ledger.current_credential().filter(|c| !c.condemned) else { return Ok(None) };
    let safe = Safe { store: Arc::clone(store), keyring: Arc::clone(keyring) };
    safe.rendering(secret, credential.no).await
}

/// A credential that lives at the issuer, with its opened value: for trying it, never for a consumer.
pub struct Opened {
    /// The issuer's id.
    pub id: IssuedId,
    /// How we labelled it.
    pub label: Option<Label>,
    /// The value.
    pub value: SecretValue,
    /// Whether it is the current one.
    pub is_current: bool,
}

/// Opens every credential of a secret that lives at the issuer and is not condemned.
pub async fn live_credentials(
    store: &Arc<dyn Store>,
    keyring: &Arc<Keyring>,
    secret: &SecretId,
) -> Result<Vec<Opened>, Error> {
    let Some(snapshot) = store.read(secret).await? else { return Ok(Vec::new()) };
    let current = snapshot.ledger.current_credential().map(|credential| credential.no);
    let safe = Safe { store: Arc::clone(store), keyring: Arc::clone(keyring) };
    let mut opened = Vec::new();
    for credential in snapshot.ledger.live().filter(|credential| !credential.condemned) {
        let value = safe.value(secret, credential.no).await?;
        if let (Some(id), Some(value)) = (credential.issued.clone(), value) {
            let is_current = current == Some(credential.no);
            opened.push(Opened { id, label: credential.label.clone(), value, is_current });
        }
    }
    Ok(opened)
}

/// Opens and seals the values of one secret.
#[derive(Clone)]
pub(crate) struct Safe {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) keyring: Arc<Keyring>,
}

impl Safe {
    /// Seals a value, and what consumers read of it where that is something else.
    pub(crate) fn seal(
        &self,
        secret: &SecretId,
        credential: CredentialNo,
        value: &SecretValue,
        rendering: Option<&SecretValue>,
    ) -> Result<Attachment, Error> {
        Ok(Attachment {
            credential,
            value: self.keyring.seal(value, &self.binding(secret, credential, Part::Value))?,
            rendering: rendering
                .map(|text| self.keyring.seal(text, &self.binding(secret, credential, Part::Rendering)))
                .transpose()?,
            fingerprint: self.keyring.fingerprint(value)?,
            rendering_fingerprint: rendering.map(|text| self.keyring.fingerprint(text)).transpose()?,
        })
    }

    /// Opens what is about to become the value of a credential, and drops it again.
    pub(crate) fn verify(&self, secret: &SecretId, attached: &Attachment) -> Result<(), Error> {
        self.open(secret, attached.credential, Part::Value, &attached.value).map(drop)?;
        let rendering = attached.rendering.as_ref();
        rendering.map_or(Ok(()), |text| self.open(secret, attached.credential, Part::Rendering, text).map(drop))
    }

    /// Opens the value of a credential.
    pub(crate) async fn value(
        &self,
        secret: &SecretId,
        credential: CredentialNo,
    ) -> Result<Option<SecretValue>, Error> {
        let Some(kept) = self.store.sealed(secret, credential).await? else { return Ok(None) };
        self.open(secret, credential, Part::Value, &kept.value).map(Some)
    }

    /// Opens what consumers read of a credential.
    pub(crate) async fn rendering(
        &self,
        secret: &SecretId,
        credential: CredentialNo,
    ) -> Result<Option<SecretValue>, Error> {
        let Some(kept) = self.store.sealed(secret, credential).await? else { return Ok(None) };
        let (part, sealed) = match &kept.rendering {
            Some(rendering) => (Part::Rendering, rendering),
            None => (Part::Value, &kept.value),
        };
        self.open(secret, credential, part, sealed).map(Some)
    }

    /// The fingerprint of what consumers read of a credential.
    pub(crate) async fn fingerprint(
        &self,
        secret: &SecretId,
        credential: CredentialNo,
    ) -> Result<Option<Fingerprint>, Error> {
        let kept = self.store.sealed(secret, credential).await?;
        Ok(kept.map(|kept| kept.rendering_fingerprint.unwrap_or(kept.fingerprint)))
    }

    /// Renders a value for consumers, once, when it is made.
    pub(crate) fn render(
        render: Option<&Arc<dyn Render>>,
        id: &IssuedId,
        value: &SecretValue,
    ) -> Result<Option<SecretValue>, keybaton_ports::Fault> {
        render.map(|render| render.render(id, value)).transpose()
    }

    fn open(
        &self,
        secret: &SecretId,
        credential: CredentialNo,
        part: Part,
        sealed: &Sealed,
    ) -> Result<SecretValue, Error> {
        Ok(self.keyring.open(sealed, &self.binding(secret, credential, part))?)
    }

    fn binding<'a>(&'a self, secret: &'a SecretId, credential: CredentialNo, part: Part) -> Binding<'a> {
        Binding { installation: self.store.installation(), secret, credential, part }
    }
}
