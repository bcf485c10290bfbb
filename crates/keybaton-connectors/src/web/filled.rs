//! A request that is filled in, ready to be sent once.

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use url::Url;

/// A request that is filled in.
#[derive(Clone)]
pub(crate) struct Filled {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Vec<u8>>,
}

impl Filled {
    /// The same request at another URL.
    pub(crate) fn at(&self, url: Url) -> Self {
        Self { url, ..self.clone() }
    }

    /// What a link asks for: the URL with our headers, and nothing else.
    pub(crate) fn linked(&self, url: Url) -> Self {
        let mut headers = self.headers.clone();
        headers.remove(CONTENT_TYPE);
        Self { method: Method::GET, url, headers, body: None }
    }
}
