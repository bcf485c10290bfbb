//! Services by the words of a name, and what of keybaton could rotate a key of theirs.

use keybaton_connectors::{preset, registry};

/// A word of a name, and the service that it speaks of.
const WORDS: [(&str, &str); 44] = [
    ("AWS", "aws"),
    ("GITHUB", "github"),
    ("GH", "github"),
    ("GITLAB", "gitlab"),
    ("NPM", "npm"),
    ("AUTHTOKEN", "npm"),
    ("PYPI", "pypi"),
    ("TWINE", "pypi"),
    ("STRIPE", "stripe"),
    ("SENDGRID", "sendgrid"),
    ("TWILIO", "twilio"),
    ("SLACK", "slack"),
    ("OPENAI", "openai"),
    ("ANTHROPIC", "anthropic"),
    ("DATADOG", "datadog"),
    ("DD", "datadog"),
    ("CLOUDFLARE", "cloudflare"),
    ("CF", "cloudflare"),
    ("FASTLY", "fastly"),
    ("GRAFANA", "grafana"),
    ("OKTA", "okta"),
    ("SENTRY", "sentry"),
    ("AZURE", "azure"),
    ("ARM", "azure"),
    ("GOOGLE", "google"),
    ("GCP", "google"),
    ("GCLOUD", "google"),
    ("POSTGRES", "postgres"),
    ("POSTGRESQL", "postgres"),
    ("PG", "postgres"),
    ("PGPASSWORD", "postgres"),
    ("MYSQL", "mysql"),
    ("MARIADB", "mariadb"),
    ("REDIS", "redis"),
    ("MONGO", "mongodb"),
    ("MONGODB", "mongodb"),
    ("VAULT", "vault"),
    ("DOCKER", "docker"),
    ("DOCKERHUB", "docker"),
    ("DIGITALOCEAN", "digitalocean"),
    ("SHOPIFY", "shopify"),
    ("MAILGUN", "mailgun"),
    ("HUGGINGFACE", "huggingface"),
    ("RABBITMQ", "rabbitmq"),
];

/// Two words of a name that together speak of a service more exactly than either.
const PAIRS: [(&str, &str, &str); 1] = [("AZURE", "STORAGE", "azure-storage")];

/// Services whose connector is called otherwise.
const CONNECTORS: [(&str, &str); 5] = [
    ("aws", "aws-iam"),
    ("azure", "azure-entra"),
    ("mysql", "mariadb"),
    ("vault", "openbao-approle"),
    ("rabbitmq", "exec"),
];

/// The service that a name speaks of.
pub(super) fn by_name(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_uppercase();
    let parts: Vec<&str> = name.split(['_', '-', '.']).collect();
    let pair = PAIRS.iter().find(|(one, other, _)| parts.contains(one) && parts.contains(other));
    pair.map(|(_, _, service)| *service).or_else(|| {
        parts.iter().find_map(|part| WORDS.iter().find(|(word, _)| word == part)).map(|(_, service)| *service)
    })
}

/// Where the vendor has no API that makes keys, a person makes them.
fn by_hand() -> Option<String> {
    registry::find("manual").map(|kind| kind.name.to_owned())
}

/// What could rotate a key of a service: a connector of its own, a preset, or any HTTP API described by hand.
pub(super) fn rotated_by(service: &str) -> Option<String> {
    let own = CONNECTORS.iter().find(|(known, _)| *known == service).map_or(service, |(_, connector)| connector);
    let databases = ["postgres", "mysql", "mariadb", "redis", "mongodb"];
    match registry::find(own) {
        Some(kind) => Some(kind.name.to_owned()),
        None if preset::find(service).is_some_and(|preset| preset.refusal.is_some()) => by_hand(),
        None if preset::find(service).is_some() => Some(format!("preset {service}")),
        None if databases.contains(&service) => None,
        None => registry::find("http").map(|kind| kind.name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_connector_that_is_proposed_exists() {
        for (service, connector) in CONNECTORS {
            assert!(registry::find(connector).is_some(), "{service}: there is no connector `{connector}`");
        }
        for (_, _, connector) in PAIRS {
            assert!(registry::find(connector).is_some(), "there is no connector `{connector}`");
        }
    }

    #[test]
    fn two_words_are_more_exact_than_one() {
        let by = |name| by_name(name).and_then(rotated_by);
        assert_eq!(by("AZURE_STORAGE_KEY").as_deref(), Some("azure-storage"));
        assert_eq!(by("azure.client.secret").as_deref(), Some("azure-entra"));
        assert_eq!(by("STORAGE_FOLDER"), None);
        assert_eq!(by("VAULT_TOKEN").as_deref(), Some("openbao-approle"));
    }
}
