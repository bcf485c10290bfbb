//! A signed request to an emulator, without any of our own connectors.

use std::error::Error;
use std::io;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;

use super::key::AwsKey;
use crate::server::web;

/// The region of every test.
pub(super) const REGION: &str = "us-east-1";

/// A request.
pub(super) struct Asked<'a> {
    pub(super) port: u16,
    pub(super) service: &'a str,
    pub(super) headers: Vec<(&'a str, String)>,
    pub(super) body: String,
}

impl Asked<'_> {
    /// Sends it, signed with a key.
    pub(super) fn send(&self, key: &AwsKey) -> io::Result<(u16, String)> {
        let signed = self.signed(key).map_err(io::Error::other)?;
        let headers: Vec<_> = signed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        web::exchange(self.port, "POST", "/", &headers, Some(&self.body))
    }

    /// Its headers, signed with a key.
    pub(super) fn signed(&self, key: &AwsKey) -> Result<Vec<(String, String)>, Box<dyn Error + Send + Sync>> {
        let mut signed = self.signature(key)?;
        signed.extend(self.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        Ok(signed)
    }

    #[expect(clippy::disallowed_methods, reason = "a signature carries the time")]
    fn signature(&self, key: &AwsKey) -> Result<Vec<(String, String)>, Box<dyn Error + Send + Sync>> {
        let identity = Credentials::new(&key.id, &key.secret, None, None, "testkit").into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(REGION)
            .name(self.service)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let url = format!("http://127.0.0.1:{}/", self.port);
        let headers = self.headers.iter().map(|(name, value)| (*name, value.as_str()));
        let request = SignableRequest::new("POST", url, headers, SignableBody::Bytes(self.body.as_bytes()))?;
        let (instructions, _) = sign(request, &parameters)?.into_parts();
        Ok(instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}
