//! Taking out of a text what a stranger need not know: names of hosts and people, and every part of an address that may
//! hold a secret. No value is ever in the text to begin with.

use keybaton_config::Config;

use super::bundle::Names;

/// Characters that end an address in a text.
const ENDS: [char; 9] = [' ', '"', '\'', '`', ',', ')', '>', '\n', '\\'];

/// Rewrites texts.
pub(crate) struct Redactor {
    names: Names,
    /// What is replaced, and by what; the longest first.
    known: Vec<(String, String)>,
}

impl Redactor {
    /// Knows this machine, its user and every host that the configuration names.
    pub(crate) fn new(config: Option<&Config>, names: Names) -> Self {
        let mut known = Vec::new();
        if names == Names::Hidden {
            let node = rustix::system::uname().nodename().to_string_lossy().into_owned();
            known.push((node, "this-host".to_owned()));
            known.extend(std::env::var("HOME").ok().map(|home| (home, "~".to_owned())));
            known.extend(std::env::var("USER").ok().map(|user| (user, "this-user".to_owned())));
            let hosts = config.map(hosts).unwrap_or_default();
            known.extend(hosts.into_iter().enumerate().map(|(no, host)| (host, format!("host-{}", no + 1))));
        }
        known.retain(|(name, _)| name.len() > 2);
        known.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        Self { names, known }
    }

    /// The text without them.
    pub(crate) fn text(&self, text: &str) -> String {
        let plain = self.known.iter().fold(without_secrets(text), |text, (name, by)| text.replace(name, by));
        match self.names {
            Names::Shown => plain,
            Names::Hidden => without_hosts(&plain),
        }
    }

    /// The name of an instance, which may be a host's.
    pub(crate) fn instance(&self, no: usize, name: &str) -> String {
        match self.names {
            Names::Shown => name.to_owned(),
            Names::Hidden => format!("instance-{}", no + 1),
        }
    }
}

/// Hosts of every address in the files of the configuration.
fn hosts(config: &Config) -> Vec<String> {
    let texts = config.document.paths().filter_map(|path| std::fs::read_to_string(path).ok());
    let mut hosts: Vec<String> = texts
        .flat_map(|text| text.split("://").skip(1).map(|rest| host(rest).to_owned()).collect::<Vec<_>>())
        .filter(|host| !host.is_empty() && !host.contains('{'))
        .collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

/// The host at the start of what follows `://`.
fn host(rest: &str) -> &str {
    let authority = rest.split(|c| ENDS.contains(&c) || matches!(c, '/' | '?' | '#')).next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default()
}

/// Addresses without user, password, query and fragment.
fn without_secrets(text: &str) -> String {
    rewritten(text, |address| {
        let path = address.split(['?', '#']).next().unwrap_or_default();
        match path.split_once('/') {
            Some((authority, path)) => format!("{}/{path}", host(authority)),
            None => host(path).to_owned(),
        }
    })
}

/// Addresses without their hosts, for those that the configuration does not name.
fn without_hosts(text: &str) -> String {
    rewritten(text, |address| {
        let host = host(address);
        let known = host.starts_with("host-") || host == "this-host";
        if known { address.to_owned() } else { address.replacen(host, "a-host", 1) }
    })
}

/// Rewrites what follows each `://` up to the end of the address.
fn rewritten(text: &str, rewrite: impl Fn(&str) -> String) -> String {
    let mut parts = text.split("://");
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c| ENDS.contains(&c)).unwrap_or(part.len());
        let (address, rest) = part.split_at(end);
        whole.push_str("://");
        whole.push_str(&rewrite(address));
        whole.push_str(rest);
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_no_user_no_query_and_no_host() {
        let redactor =
            Redactor { names: Names::Hidden, known: vec![("api.acme.example".to_owned(), "host-1".to_owned())] };
        let text = "GET https://me:pw@api.acme.example/v1/keys?token=abc#x refused by api.acme.example, see \"http://b.example:80\"";
        assert_eq!(redactor.text(text), "GET https://host-1/v1/keys refused by host-1, see \"http://a-host\"");
    }

    #[test]
    fn names_are_shown_when_somebody_asks_and_secrets_never() {
        let redactor = Redactor { names: Names::Shown, known: vec![] };
        assert_eq!(redactor.text("postgres://u:p@db.internal/app?x=1"), "postgres://db.internal/app");
    }
}
