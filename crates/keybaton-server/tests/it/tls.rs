//! The certificate: shown, read again, and never replaced by what can't be used.

use std::{fs, path::PathBuf, time::Duration};

use keybaton_server::{Tls, TlsError};
use rcgen::{CertifiedKey, KeyPair};
use reqwest::{Certificate, Client, StatusCode, Version};
use tempfile::TempDir;

use crate::house::{House, READ};

/// A folder with a self-made certificate.
struct Files {
    folder: TempDir,
}

impl Files {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn certificate(&self) -> PathBuf {
        self.folder.path().join("server.pem")
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("server.key")
    }

    /// Writes a new pair, and says what a client has to trust.
    fn write(&self) -> String {
        let CertifiedKey { cert, signing_key } = made();
        fs::write(self.certificate(), cert.pem()).unwrap();
        fs::write(self.key(), signing_key.serialize_pem()).unwrap();
        cert.pem()
    }

    fn load(&self) -> Result<Tls, TlsError> {
        Tls::load(&self.certificate(), &self.key())
    }
}

fn made() -> CertifiedKey<KeyPair> {
    rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap()
}

/// A client that trusts exactly this certificate, and connects anew for each.
fn client(pem: &str) -> Client {
    let trusted = Certificate::from_pem(pem.as_bytes()).unwrap();
    Client::builder().no_proxy().tls_certs_only([trusted]).build().unwrap()
}

async fn read(house: &House, pem: &str) -> Result<reqwest::Response, reqwest::Error> {
    let url = format!("https://localhost:{}{READ}", house.address.port());
    client(pem).get(url).bearer_auth(&house.token).send().await
}

#[tokio::test]
async fn a_value_is_read_over_tls_and_not_without() {
    let files = Files::new();
    let pem = files.write();
    let house = House::secure(files.load().unwrap()).await;
    let answer = read(&house, &pem).await.unwrap();
    assert_eq!((answer.status(), answer.version()), (StatusCode::OK, Version::HTTP_2));
    assert!(read(&house, &made().cert.pem()).await.is_err(), "another certificate is not trusted");
    assert!(house.get(READ).send().await.is_err(), "there is no plain way in");
}

#[tokio::test]
async fn a_certificate_is_read_again_when_it_is_said_and_when_the_files_change() {
    let files = Files::new();
    let first = files.write();
    let tls = files.load().unwrap();
    let house = House::secure(tls.clone()).await;
    let second = files.write();
    tls.reload().unwrap();
    assert!(read(&house, &second).await.is_ok() && read(&house, &first).await.is_err());
    let third = files.write();
    let noticed = async { while read(&house, &third).await.is_err() {} };
    tokio::time::timeout(Duration::from_secs(10), noticed).await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_used_never_replaces_what_is_in_use() {
    let files = Files::new();
    let pem = files.write();
    let tls = files.load().unwrap();
    let house = House::secure(tls.clone()).await;
    fs::write(files.key(), made().signing_key.serialize_pem()).unwrap();
    assert!(matches!(tls.reload(), Err(TlsError::Pair(_))), "the key is of another certificate");
    fs::write(files.certificate(), "no certificate\n").unwrap();
    assert!(matches!(tls.reload(), Err(TlsError::Empty(_))));
    fs::remove_file(files.key()).unwrap();
    fs::write(files.certificate(), &pem).unwrap();
    assert!(matches!(tls.reload(), Err(TlsError::Read { path, .. }) if path == files.key()));
    assert_eq!(read(&house, &pem).await.unwrap().status(), StatusCode::OK);
}
