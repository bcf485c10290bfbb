//! Values that tell their service by how they begin. The scanner knows many more, exactly; a guess needs no more than this.

/// A beginning, the shortest whole length, and the service.
const BEGINNINGS: [(&str, usize, &str); 45] = [
    ("ghp_", 40, "github"),
    ("gho_", 40, "github"),
    ("ghu_", 40, "github"),
    ("ghs_", 40, "github"),
    ("github_pat_", 60, "github"),
    ("glpat-", 26, "gitlab"),
    ("gldt-", 25, "gitlab"),
    ("npm_", 40, "npm"),
    ("pypi-AgEI", 50, "pypi"),
    ("AKIA", 20, "aws"),
    ("ASIA", 20, "aws"),
    ("AIza", 39, "google"),
    ("GOCSPX-", 35, "google"),
    ("sk-ant-", 50, "anthropic"),
    ("sk-proj-", 40, "openai"),
    ("sk-svcacct-", 40, "openai"),
    ("sk-admin-", 40, "openai"),
    ("hf_", 36, "huggingface"),
    ("xoxb-", 30, "slack"),
    ("xoxp-", 30, "slack"),
    ("xapp-", 30, "slack"),
    ("https://hooks.slack.com/services/", 60, "slack"),
    ("sk_live_", 18, "stripe"),
    ("sk_test_", 18, "stripe"),
    ("rk_live_", 18, "stripe"),
    ("rk_test_", 18, "stripe"),
    ("SG.", 60, "sendgrid"),
    ("dop_v1_", 60, "digitalocean"),
    ("dckr_pat_", 30, "docker"),
    ("hvs.", 60, "vault"),
    ("dapi", 36, "databricks"),
    ("shpat_", 38, "shopify"),
    ("glsa_", 46, "grafana"),
    ("glc_", 40, "grafana"),
    ("sntrys_", 40, "sentry"),
    ("sntryu_", 60, "sentry"),
    ("pul-", 44, "pulumi"),
    ("dp.pt.", 40, "doppler"),
    ("NRAK-", 32, "newrelic"),
    ("postgres://", 14, "postgres"),
    ("postgresql://", 16, "postgres"),
    ("mysql://", 12, "mysql"),
    ("redis://", 12, "redis"),
    ("rediss://", 12, "redis"),
    ("mongodb", 16, "mongodb"),
];

/// The service of a value, by its shape; a URL only if a password stands in it.
pub(super) fn of(value: &str) -> Option<&'static str> {
    let (_, _, service) =
        BEGINNINGS.iter().find(|(begin, least, _)| value.starts_with(begin) && value.len() >= *least)?;
    match value.split_once("://") {
        Some(("https", _)) | None => Some(service),
        Some((_, rest)) => {
            let (before, _) = rest.split_once('@')?;
            let (_, password) = before.split_once(':')?;
            (!password.is_empty() && !password.starts_with('$')).then_some(service)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_tells_its_service_and_a_url_only_with_a_password() {
        assert_eq!(of(&format!("ghp_{}", "a".repeat(36))), Some("github"));
        assert_eq!(of("postgres://app:hunter2@db/app"), Some("postgres"));
        assert_eq!(of("postgres://app:${PW}@db/app"), None);
        assert_eq!(of("postgres://db/app"), None);
        assert_eq!(of("ghp_short"), None);
        assert_eq!(of("hello"), None);
    }
}
