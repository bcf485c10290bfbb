//! The certificate of the server: read from two files, and again when they change or somebody says so. A pair that can't
//! be used never replaces one that is in use.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(2);

/// The certificate of the server. Clones share it.
#[derive(Clone)]
pub struct Tls {
    inner: Arc<Inner>,
    config: Arc<ServerConfig>,
}

struct Inner {
    certificate: PathBuf,
    key: PathBuf,
    provider: Arc<CryptoProvider>,
    shown: Arc<Shown>,
}

/// What clients are shown.
#[derive(Debug)]
struct Shown(RwLock<Arc<CertifiedKey>>);

/// Why a certificate can't be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file can't be read, or has nothing of the kind in it.
    #[error("read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the reader said; never what is in the file.
        #[source]
        source: rustls::pki_types::pem::Error,
    },
    /// There is no certificate in the file.
    #[error("there is no certificate in {}", .0.display())]
    Empty(PathBuf),
    /// The two do not belong together, or are of a kind that is not known.
    #[error("use the certificate with its key")]
    Pair(#[source] rustls::Error),
}

impl Tls {
    /// Reads the two files.
    pub fn load(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let shown = Arc::new(Shown(RwLock::new(Arc::new(read(certificate, key, &provider)?))));
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions();
        let resolver: Arc<dyn ResolvesServerCert> = Arc::clone(&shown) as _;
        let mut config = builder.map_err(TlsError::Pair)?.with_no_client_auth().with_cert_resolver(resolver);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let inner = Inner { certificate: certificate.to_owned(), key: key.to_owned(), provider, shown };
        Ok(Self { inner: Arc::new(inner), config: Arc::new(config) })
    }

    /// Reads the two files again, for connections from now on.
    pub fn reload(&self) -> Result<(), TlsError> {
        let inner = &self.inner;
        let fresh = read(&inner.certificate, &inner.key, &inner.provider)?;
        *inner.shown.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
        Ok(())
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }

    /// Reads the two files again whenever they change, until it is told to stop.
    pub(crate) async fn watch(self, stop: CancellationToken) {
        let mut known = self.marks();
        while stop.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_some() {
            let marks = self.marks();
            if marks == known {
                continue;
            }
            match self.reload() {
                Ok(()) => {
                    known = marks;
                    tracing::info!("the certificate was read again");
                }
                // the other file may be on its way: it is tried again
                Err(error) => tracing::warn!(%error, "the certificate that was in use goes on"),
            }
        }
    }

    /// What changes when the files do.
    fn marks(&self) -> [Option<(u64, Option<SystemTime>)>; 2] {
        [&self.inner.certificate, &self.inner.key].map(|path| {
            let found = std::fs::metadata(path).ok()?;
            Some((found.len(), found.modified().ok()))
        })
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn read(certificate: &Path, key: &Path, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| TlsError::Read { path, source }
    };
    let chain = CertificateDer::pem_file_iter(certificate).map_err(failed(certificate))?;
    let chain: Vec<_> = chain.collect::<Result<_, _>>().map_err(failed(certificate))?;
    if chain.is_empty() {
        return Err(TlsError::Empty(certificate.to_owned()));
    }
    let key = PrivateKeyDer::from_pem_file(key).map_err(failed(key))?;
    CertifiedKey::from_der(chain, key, provider).map_err(TlsError::Pair)
}
