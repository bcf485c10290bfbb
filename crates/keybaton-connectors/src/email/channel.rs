//! Sends a letter over a connection of its own.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use keybaton_ports::{Blame, Called, Certainty, Channel, Fault, Message};
use keybaton_seal::SecretValue;
use keybaton_types::Reference;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls as Secured, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use tokio::time::timeout;

use super::failure;
use super::letter::Addresses;
use super::settings::{ChannelSettings, Tls};
use crate::build::{BuildChannel, BuildError, start_at};
use crate::duration::words;
use crate::host::is_this_machine;
use crate::timing;

/// What the e-mail channel is, in one line.
pub const SUMMARY: &str = "mail, through an SMTP server";

/// A channel that writes mail.
pub struct EmailChannel {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    addresses: Addresses,
    timeout: Duration,
}

impl EmailChannel {
    /// Builds the channel; the only value is the password, where there is one.
    pub fn new(settings: &ChannelSettings, values: Vec<SecretValue>) -> Result<Self, BuildError> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.server)
            .port(settings.port.unwrap_or_else(|| settings.tls.port()))
            .timeout(Some(settings.timeout))
            .tls(secured(settings)?);
        let builder = match (&settings.user, values.into_iter().next()) {
            (Some(user), Some(password)) => builder.credentials(Credentials::new(user.clone(), text(&password)?)),
            (Some(_) | None, _) => builder,
        };
        let addresses = Addresses::read(&settings.from, &settings.to)?;
        Ok(Self { transport: builder.build(), addresses, timeout: settings.timeout })
    }
}

fn secured(settings: &ChannelSettings) -> Result<Secured, BuildError> {
    if settings.tls == Tls::None {
        return Ok(Secured::None);
    }
    let mut builder = TlsParameters::builder(settings.server.clone());
    for authority in authorities(settings.ca_file.as_deref())? {
        builder = builder.add_root_certificate(authority);
    }
    let parameters = builder.build_rustls().map_err(|error| BuildError::Client(Box::new(error)))?;
    Ok(match settings.tls {
        Tls::Starttls => Secured::Required(parameters),
        Tls::Tls => Secured::Wrapper(parameters),
        Tls::None => Secured::None,
    })
}

fn authorities(file: Option<&Path>) -> Result<Vec<Certificate>, BuildError> {
    use rustls::pki_types::{CertificateDer, pem::PemObject};
    let Some(path) = file else { return Ok(Vec::new()) };
    let unreadable =
        |why: String| BuildError::setting("ca_file", format!("{} has no certificates: {why}", path.display()));
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let found = read.map_err(|error| unreadable(error.to_string()))?;
    let certificates = found.into_iter().map(|der| Certificate::from_der(der.to_vec()));
    let certificates: Vec<_> = certificates.collect::<Result<_, _>>().map_err(|error| unreadable(error.to_string()))?;
    if certificates.is_empty() { Err(unreadable("it has none".to_owned())) } else { Ok(certificates) }
}

fn text(password: &SecretValue) -> Result<String, BuildError> {
    #[expect(clippy::disallowed_methods, reason = "the mail server knows keybaton by this password")]
    let text = std::str::from_utf8(password.expose());
    text.map(str::to_owned).map_err(|_| BuildError::secret("password", "it is no text"))
}

#[async_trait]
impl Channel for EmailChannel {
    async fn send(&self, message: &Message) -> Called<()> {
        let letter = self.addresses.letter(message).map_err(|error| {
            Fault::new(Blame::Bug, Certainty::NotSent, "the mail could not be written").because(error)
        })?;
        match timeout(self.timeout, self.transport.send(letter)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(failure::of(&error)),
            Err(_) => Err(Fault::unknown(format!("no whole answer of the mail server within {}", words(self.timeout)))),
        }
    }
}

impl BuildChannel for ChannelSettings {
    fn start_at(&mut self, folder: &Path) {
        start_at(self.ca_file.as_mut(), folder);
    }

    fn check(&self) -> Result<(), BuildError> {
        timing::timed(self.timeout)?;
        Addresses::read(&self.from, &self.to)?;
        if self.server.is_empty() {
            return Err(BuildError::setting("server", "it is empty"));
        }
        if self.tls == Tls::None && !is_this_machine(&self.server) {
            return Err(BuildError::setting("tls", "without encryption mail is sent to this machine only"));
        }
        match (&self.user, &self.password) {
            (Some(_), None) => Err(BuildError::setting("user", "it needs a `password`")),
            (None, Some(_)) => Err(BuildError::setting("password", "it needs a `user`")),
            (Some(_), Some(_)) | (None, None) => Ok(()),
        }
    }

    fn references(&self) -> Vec<&Reference> {
        self.password.iter().collect()
    }

    fn build(&self, values: Vec<SecretValue>) -> Result<Arc<dyn Channel>, BuildError> {
        Ok(Arc::new(EmailChannel::new(self, values)?))
    }
}
