//! The host of an address: how it is written, and whether it is this machine.

use std::net::IpAddr;

use url::Url;

/// A host without the brackets that an address puts around IPv6.
pub(crate) fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

/// Whether a host is this machine, where nobody else can listen.
pub(crate) fn is_this_machine(host: &str) -> bool {
    host == "localhost" || bare(host).parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Whether a URL leads to this machine.
pub(crate) fn leads_here(url: &Url) -> bool {
    url.host_str().is_some_and(is_this_machine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_the_loopback_and_nothing_that_looks_like_it() {
        for host in ["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in ["localhost.evil.example", "0.0.0.0", "10.0.0.1", "::2", "[::2]", "127.0.0.1.example", ""] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
