//! One line of a file: the name that it gives a value, if the name or the value is likely a key.

use super::{
    By, Hit,
    place::{Kind, Place},
    service, shape,
};

/// The longest name, in characters; what is longer is data.
const LONGEST_NAME: usize = 64;

/// Words of a name that make it a key, where they stand alone between `_`, `-`, `.` or a change of case.
const WORDS: [&str; 20] = [
    "key",
    "apikey",
    "token",
    "authtoken",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "pass",
    "credential",
    "credentials",
    "dsn",
    "pat",
    "webhook",
    "auth",
    "bearer",
    "privatekey",
    "accesskey",
    "clientsecret",
];

/// Words that say that it is none: a public half, the name of a file, a setting.
const NOT: [&str; 20] = [
    "public",
    "pub",
    "publishable",
    "file",
    "path",
    "name",
    "length",
    "size",
    "ttl",
    "timeout",
    "limit",
    "url",
    "version",
    "enabled",
    "type",
    "header",
    "sock",
    "socket",
    "dir",
    "algorithm",
];

/// The hits of one line.
pub(super) fn read(line: &str, place: Place, at: &str) -> Vec<Hit> {
    let text = line.trim();
    if text.starts_with('#') || text.starts_with("//") && !text.contains(":_") {
        return Vec::new();
    }
    let mut hits = Vec::new();
    if let Some((name, value)) = assignment(text, place.kind) {
        hits.extend(judged(name, value, at.to_owned(), place.env));
    }
    if place.kind == Kind::Pipeline {
        for name in references(text) {
            hits.retain(|hit| hit.name != name);
            hits.extend(judged(name, "", at.to_owned(), place.env));
        }
    }
    hits
}

/// A hit, if the name or the shape of the value is that of a key. The value is looked at and not kept.
pub(super) fn judged(name: &str, value: &str, place: String, env: &'static str) -> Option<Hit> {
    if !is_name(name) || shape::of(name).is_some() {
        return None;
    }
    let value = value.trim().trim_matches(['"', '\'', ',', ';']);
    let by_shape = shape::of(value);
    if by_shape.is_none() && (!is_key(name) || is_setting(value)) {
        return None;
    }
    let by_name = service::by_name(name);
    let (service, by) = match (by_shape, by_name) {
        (Some(service), _) => (Some(service), By::Shape),
        (None, Some(service)) => (Some(service), By::Name),
        (None, None) => (None, By::None),
    };
    Some(Hit { name: name.to_owned(), place, env, service, by })
}

/// `NAME=value`, `name = "value"`, `//host/:_authToken=value`; in YAML also `NAME: value` and `- NAME=value`.
fn assignment(text: &str, kind: Kind) -> Option<(&str, &str)> {
    let text = text.strip_prefix("- ").unwrap_or(text).trim_start_matches(['"', '\'']);
    let text = text.strip_prefix("export ").or_else(|| text.strip_prefix("set ")).unwrap_or(text);
    let (name, value) = match kind {
        Kind::Assignments => text.split_once('=')?,
        Kind::Pipeline => {
            let at = text.find([':', '='])?;
            (text.get(..at)?, text.get(at + 1..)?)
        }
    };
    // `//registry.example/:_authToken` names the host before the key.
    let name = name.rsplit_once("/:").map_or(name, |(_, name)| name).trim().trim_matches(['"', '\'']);
    Some((name.trim_start_matches('_'), value))
}

/// The names that a pipeline asks its own keeper of secrets for.
fn references(text: &str) -> Vec<&str> {
    let heads =
        ["secrets.", "credentials('", "credentials(\"", "credentialsId: '", "credentialsId: \"", "secretKeyRef: "];
    let mut names = Vec::new();
    for head in heads {
        for (at, _) in text.match_indices(head) {
            let rest = text.get(at + head.len()..).unwrap_or_default();
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').unwrap_or(rest.len());
            names.extend(rest.get(..end).filter(|name| !name.is_empty() && *name != "GITHUB_TOKEN"));
        }
    }
    names
}

/// A name of a variable: one case throughout or camel case, short, and not data that happens to have a `=`.
fn is_name(name: &str) -> bool {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
    let digits = name.chars().filter(char::is_ascii_digit).count();
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
    plain && begins && digits <= 4 && (2..=LONGEST_NAME).contains(&name.len()) && longest_word(name) <= 24
}

fn longest_word(name: &str) -> usize {
    words(name).iter().map(String::len).max().unwrap_or_default()
}

fn is_key(name: &str) -> bool {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let url = words.last().is_some_and(|word| word == "url")
        && has(&["database", "redis", "mongo", "mongodb", "amqp", "postgres", "mysql"]);
    url || (has(&WORDS) && !has(&NOT))
}

/// `apiKey`, `API_KEY` and `api-key` are the same two words.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut low = false;
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() || (low && c.is_ascii_uppercase()) {
            words.push(String::new());
        }
        low = c.is_ascii_lowercase();
        if let Some(word) = words.last_mut().filter(|_| c.is_ascii_alphanumeric()) {
            word.push(c.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A word of a setting: `true`, `5`, `none`; or a path, such as that of `PWD`.
fn is_setting(value: &str) -> bool {
    let path = value.starts_with('/') && !value.starts_with("//");
    path || matches!(value, "true" | "false" | "yes" | "no" | "none" | "null" | "read" | "write")
        || (!value.is_empty() && value.len() < 4 && value.chars().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str, kind: Kind) -> Vec<String> {
        read(text, Place { kind, env: "dev" }, "f:1").into_iter().map(|hit| hit.name).collect()
    }

    #[test]
    fn names_of_keys_are_told_from_settings() {
        for line in
            ["STRIPE_API_KEY=abc", "export DB_PASSWORD='x'", "apiToken = \"x\"", "DATABASE_URL=postgres://a:b@c/d"]
        {
            assert_eq!(names(line, Kind::Assignments).len(), 1, "{line}");
        }
        for line in [
            "PORT=80",
            "# API_KEY=x",
            "KEY_FILE=/k",
            "PUBLIC_KEY=x",
            "TOKEN_TTL=5",
            "PWD=/home/me",
            "SSH_AUTH_SOCK=x",
            "API_KEY_ENABLED=true",
            "x",
        ] {
            assert!(names(line, Kind::Assignments).is_empty(), "{line}");
        }
    }

    #[test]
    fn a_pipeline_names_what_its_keeper_holds() {
        assert_eq!(names("  token: ${{ secrets.NPM_TOKEN }}", Kind::Pipeline), ["token", "NPM_TOKEN"]);
        assert_eq!(names("      - STRIPE_KEY=${STRIPE_KEY}", Kind::Pipeline), ["STRIPE_KEY"]);
        assert_eq!(names("K = credentials('deploy-key')", Kind::Pipeline), ["deploy-key"]);
        assert!(names("permissions: write", Kind::Pipeline).is_empty());
    }

    #[test]
    fn data_with_an_equals_sign_is_no_name() {
        for line in
            ["MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj=", "sk_live_4eC39HqLyjWDarjtT1zdp7dc=x"]
        {
            assert!(names(line, Kind::Assignments).is_empty(), "{line}");
        }
    }

    #[test]
    fn a_registry_names_its_key_after_the_host() {
        assert_eq!(names("//registry.example/:_authToken=abc", Kind::Assignments), ["authToken"]);
    }
}
