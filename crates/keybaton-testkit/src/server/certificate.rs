//! A certificate for a server of tests, and the authority that signed it and that nobody else trusts.

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};

use super::process::Account;

/// The only name that the certificate is for.
const NAME: &str = "127.0.0.1";

/// The files of a certificate.
pub(super) struct Certificate {
    /// The authority's certificate.
    pub(super) authority: PathBuf,
    /// The server's.
    pub(super) server: PathBuf,
    /// The server's key.
    pub(super) key: PathBuf,
}

impl Certificate {
    /// Makes an authority and a certificate for 127.0.0.1 alone, in a server's folder.
    pub(super) fn write(folder: &Path, account: Account) -> Self {
        let file = |name: &str, text: &str| {
            let path = folder.join(name);
            std::fs::write(&path, text).expect("write a certificate");
            account.own(&path);
            path
        };
        let Signed { authority, server, key } = Signed::new();
        Self {
            authority: file("authority.pem", &authority.pem()),
            server: file("server.pem", &server.pem()),
            key: file("server.key", &key.serialize_pem()),
        }
    }
}

/// A certificate that nothing was written of yet.
pub(super) struct Signed {
    pub(super) authority: rcgen::Certificate,
    pub(super) server: rcgen::Certificate,
    pub(super) key: KeyPair,
}

impl Signed {
    /// Makes an authority and a certificate for 127.0.0.1 alone.
    pub(super) fn new() -> Self {
        let (key, authority_key) = (KeyPair::generate().expect("a key"), KeyPair::generate().expect("a key"));
        let mut authority = CertificateParams::new(Vec::new()).expect("an authority");
        // OpenSSL takes a certificate for self-signed when it has the name of its authority.
        authority.distinguished_name.push(DnType::CommonName, "the authority of the tests");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        let own = authority.self_signed(&authority_key).expect("sign the authority");
        let issuer = Issuer::new(authority, authority_key);
        let mut server = CertificateParams::new(vec![NAME.to_owned()]).expect("a certificate");
        server.distinguished_name.push(DnType::CommonName, NAME);
        let signed = server.signed_by(&key, &issuer).expect("sign a certificate");
        Self { authority: own, server: signed, key }
    }
}
