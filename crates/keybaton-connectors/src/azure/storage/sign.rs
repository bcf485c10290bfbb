//! What is signed of a request ("Authorize with Shared Key" in Microsoft's reference of the storage services).

use std::time::SystemTime;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use url::Url;

/// The version of the storage services that is spoken.
pub(super) const VERSION: &str = "2021-12-02";

/// How many standard headers a signature covers, of which a plain GET has none.
const HEADERS: usize = 11;

/// The text that is signed of a GET without a body.
pub(super) fn text(account: &str, url: &Url, date: &str) -> String {
    let mut query: Vec<(String, String)> =
        url.query_pairs().map(|(name, value)| (name.to_lowercase(), value.into_owned())).collect();
    query.sort();
    let resource: String = query.iter().flat_map(|(name, value)| ["\n", name, ":", value]).collect();
    let headers = "\n".repeat(HEADERS);
    format!("GET\n{headers}x-ms-date:{date}\nx-ms-version:{VERSION}\n/{account}{}{resource}", url.path())
}

/// The time of this machine, as it stands in a request: the far side compares it with its own.
pub(super) fn now() -> Timestamp {
    #[expect(
        clippy::disallowed_methods,
        reason = "a signature carries the time at which it was made; nothing is decided by it"
    )]
    let now = SystemTime::now();
    Timestamp::try_from(now).unwrap_or_default()
}

/// A time as a header has it; a year that no header can hold is empty.
pub(super) fn written(time: Timestamp) -> String {
    DateTimePrinter::new().timestamp_to_rfc9110_string(&time).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_signed_line_by_line() {
        let url = Url::parse("https://acme.blob.core.windows.net/?maxresults=1&comp=list").unwrap();
        let date = written("2026-11-23T21:00:05Z".parse().unwrap());
        let expected = "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Mon, 23 Nov 2026 21:00:05 GMT\nx-ms-version:2021-12-02\n\
                        /acme/\ncomp:list\nmaxresults:1";
        assert_eq!(text("acme", &url, &date), expected);
    }
}
