//! Signatures (Signature Version 4), made by Amazon's own crate.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use keybaton_ports::{Blame, Called, Certainty, Fault};
use reqwest::header::{HeaderName, HeaderValue};

use crate::web::Filled;

/// What a signature is good for.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) service: &'static str,
    pub(super) region: &'a str,
}

/// Adds the signature of a request to its headers.
pub(super) fn signed(mut filled: Filled, scope: Scope<'_>, credentials: &Credentials) -> Called<Filled> {
    let added = signature(&filled, scope, credentials).map_err(|_| {
        Fault::new(Blame::Bug, Certainty::NotSent, format!("a request to {} cannot be signed", scope.service))
    })?;
    filled.headers.extend(added);
    Ok(filled)
}

type Added = Vec<(HeaderName, HeaderValue)>;

fn signature(
    filled: &Filled,
    scope: Scope<'_>,
    credentials: &Credentials,
) -> Result<Added, Box<dyn std::error::Error + Send + Sync>> {
    let identity = credentials.clone().into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(scope.region)
        .name(scope.service)
        .time(now())
        .settings(SigningSettings::default())
        .build()?
        .into();
    let headers: Result<Vec<_>, _> =
        filled.headers.iter().map(|(name, value)| value.to_str().map(|value| (name.as_str(), value))).collect();
    let body = SignableBody::Bytes(filled.body.as_deref().unwrap_or_default());
    let request = SignableRequest::new(filled.method.as_str(), filled.url.as_str(), headers?.into_iter(), body)?;
    let (instructions, _) = sign(request, &parameters)?.into_parts();
    instructions.headers().map(|(name, value)| header(name, value)).collect()
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Box<dyn std::error::Error + Send + Sync>> {
    let mut value = HeaderValue::from_str(value)?;
    value.set_sensitive(true);
    Ok((HeaderName::from_bytes(name.as_bytes())?, value))
}

/// The time of this machine: it stands in every signature, and the far side compares it with its own.
#[expect(
    clippy::disallowed_methods,
    reason = "a signature carries the time at which it was made; nothing is decided by it"
)]
pub(super) fn now() -> SystemTime {
    SystemTime::now()
}

#[cfg(test)]
mod tests {
    use reqwest::Method;
    use reqwest::header::HeaderMap;

    use super::*;

    #[test]
    fn a_signature_names_its_scope_and_carries_a_session_but_no_secret() {
        let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI", Some("session-1".to_owned()), None, "test");
        let url = "http://127.0.0.1:4566/".parse().unwrap();
        let filled = Filled { method: Method::POST, url, headers: HeaderMap::new(), body: Some(b"a=b".to_vec()) };
        let scope = Scope { service: "iam", region: "us-east-1" };
        let headers = signed(filled, scope, &credentials).unwrap().headers;
        let authorization = headers["authorization"].to_str().unwrap();
        assert!(
            authorization.contains("Credential=AKIDEXAMPLE/") && authorization.contains("/us-east-1/iam/aws4_request")
        );
        assert!(authorization.contains("host;x-amz-date;x-amz-security-token"), "{authorization}");
        assert_eq!(headers["x-amz-security-token"], "session-1");
        assert!(headers.values().all(|value| value.is_sensitive() && !value.to_str().unwrap().contains("wJalr")));
    }
}
