//! Where requests go: a checked origin with an optional path before every request's own.

use url::Url;

use crate::build::BuildError;
use crate::host::leads_here;

/// Where requests go.
#[derive(Debug)]
pub(crate) struct Base {
    text: String,
    url: Url,
}

impl Base {
    /// Checks that it is https, or http to loopback, and holds nothing but an origin and a path.
    pub(crate) fn new(at: &str, text: &str) -> Result<Self, BuildError> {
        let wrong = |what: &str| Err(BuildError::setting(at, what));
        let Ok(url) = Url::parse(text) else {
            return wrong("it is not a URL such as https://api.acme.example");
        };
        if !url.username().is_empty() || url.password().is_some() {
            return wrong("a URL never holds a user or a password: use auth with a reference");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return wrong("it ends before any ? or #");
        }
        match url.scheme() {
            "https" if url.has_host() => {}
            "http" if leads_here(&url) => {}
            "http" => return wrong("plain http goes to loopback only: use https"),
            _ => return wrong("it begins with https://"),
        }
        Ok(Self { text: text.trim_end_matches('/').to_owned(), url })
    }

    /// Returns the URL of a target, which begins with a slash; `None` when it would lead elsewhere.
    pub(crate) fn join(&self, target: &str) -> Option<Url> {
        if target.split(['/', '?', '#']).any(climbs) {
            return None;
        }
        let url = Url::parse(&format!("{}{target}", self.text)).ok()?;
        self.holds(&url).then_some(url)
    }

    /// Whether a URL has the same origin and brings no user of its own.
    pub(crate) fn holds(&self, url: &Url) -> bool {
        url.origin() == self.url.origin() && url.username().is_empty() && url.password().is_none()
    }

    /// Returns it as it is put before a target.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Returns `https://host:port`, for words.
    pub(crate) fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }
}

/// Whether a segment is one of the spellings of `.` and `..` that the URL standard resolves away.
fn climbs(segment: &str) -> bool {
    matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_goes_to_loopback_only() {
        for text in
            ["http://127.0.0.1:80", "http://127.9.9.9", "http://[::1]:8080", "http://localhost/a", "https://a.example"]
        {
            assert!(Base::new("base", text).is_ok(), "{text}");
        }
        for text in [
            "http://10.0.0.1",
            "http://localhost.evil.example",
            "http://0.0.0.0",
            "http://[::2]",
            "ftp://localhost",
            "localhost:80",
            "https://user:word@a.example",
            "https://user@a.example",
            "https://a.example/?x=1",
            "https://a.example/#x",
            "",
        ] {
            assert!(Base::new("base", text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_target_stays_below_the_base() {
        let base = Base::new("base", "https://a.example/api/").unwrap();
        assert_eq!(base.join("/v1/a%2Fb").unwrap().as_str(), "https://a.example/api/v1/a%2Fb");
        for target in ["/v1/../x", "/v1/%2e%2E/x", "/./x", "/..", "/v1/.%2e?x"] {
            assert!(base.join(target).is_none(), "{target}");
        }
        let short = Base::new("base", "https://a.example").unwrap();
        assert!(short.join("@evil.example/").is_none());
        assert!(short.join(":444/").is_none());
        assert!(short.join(".evil.example/").is_none());
    }
}
