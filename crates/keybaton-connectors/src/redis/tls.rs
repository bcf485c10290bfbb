//! TLS to a server: the authorities of the machine and those of a file, and the one provider of the house.

use std::path::Path;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use rustls_platform_verifier::Verifier;
use tokio_rustls::TlsConnector;

use crate::build::BuildError;

/// What connects by TLS; a certificate file that cannot be read is a mistake in the settings.
pub(super) fn connector(ca_file: Option<&Path>) -> Result<TlsConnector, BuildError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = Verifier::new_with_extra_roots(roots(ca_file)?, Arc::clone(&provider)).map_err(client)?;
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let trusting = versions.map_err(client)?.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
    Ok(TlsConnector::from(Arc::new(trusting.with_no_client_auth())))
}

fn roots(ca_file: Option<&Path>) -> Result<Vec<CertificateDer<'static>>, BuildError> {
    let Some(path) = ca_file else { return Ok(Vec::new()) };
    let unreadable = |error| BuildError::setting("ca_file", format!("{} has no certificates: {error}", path.display()));
    let roots: Vec<_> =
        CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<_, _>>).map_err(unreadable)?;
    if roots.is_empty() {
        return Err(BuildError::setting("ca_file", format!("{} has no certificates", path.display())));
    }
    Ok(roots)
}

fn client(error: rustls::Error) -> BuildError {
    BuildError::Client(Box::new(error))
}
