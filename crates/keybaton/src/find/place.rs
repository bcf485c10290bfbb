//! Which files are read, by their names, and which environment they speak of.

use std::path::Path;

/// A file in which keys are usually named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) kind: Kind,
    pub(super) env: &'static str,
}

/// How such a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `NAME=value` lines: `.env`, `.npmrc`, `.pypirc`, `terraform.tfvars`.
    Assignments,
    /// YAML and pipelines: `NAME: value`, `- NAME=value`, `secrets.NAME`, `credentials('NAME')`.
    Pipeline,
}

/// The place that a path, relative to the folder, is; none for a file that is not read.
pub(super) fn of(path: &Path) -> Option<Place> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let whole = path.to_str()?.to_ascii_lowercase().replace('\\', "/");
    let kind = name.rsplit_once('.').map_or("", |(_, kind)| kind);
    let yaml = matches!(kind, "yml" | "yaml");
    let above = |folder: &str| whole.split('/').rev().skip(1).any(|part| part == folder);
    if name.starts_with(".env.") || kind == "env" || name == ".envrc" {
        return Some(Place { kind: Kind::Assignments, env: env(&name, "dev") });
    }
    if matches!(name.as_str(), ".npmrc" | ".pypirc" | ".netrc") || name.contains(".tfvars") {
        return Some(Place { kind: Kind::Assignments, env: env(&whole, "prod") });
    }
    let ci = (yaml && (whole.contains(".github/workflows/") || above(".circleci")))
        || name.starts_with(".gitlab-ci")
        || (yaml && name.starts_with("azure-pipelines"))
        || name.starts_with("jenkinsfile");
    if ci {
        return Some(Place { kind: Kind::Pipeline, env: "ci" });
    }
    let compose = yaml && (name.starts_with("docker-compose") || name.starts_with("compose"));
    let folders =
        ["k8s", "kubernetes", "manifests", "deploy", "deployment", "helm", "charts", "templates", "base", "overlays"];
    let cluster = yaml && (folders.iter().any(|folder| above(folder)) || mentions_cluster(&name));
    (compose || cluster).then(|| Place { kind: Kind::Pipeline, env: env(&whole, if compose { "dev" } else { "prod" }) })
}

fn mentions_cluster(name: &str) -> bool {
    ["deployment", "secret", "configmap", "cronjob", "statefulset", "values", "kustomization"]
        .iter()
        .any(|word| name.contains(word))
}

/// The environment that a name speaks of.
fn env(name: &str, usual: &'static str) -> &'static str {
    let has = |words: &[&str]| name.split(['.', '-', '_', '/']).any(|part| words.contains(&part));
    if has(&["prod", "production", "live"]) {
        "prod"
    } else if has(&["staging", "stage", "stg"]) {
        "staging"
    } else if has(&["test", "ci"]) {
        "test"
    } else if has(&["dev", "development", "local"]) {
        "dev"
    } else {
        usual
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_names() {
        let env = |path: &str| of(Path::new(path)).map(|place| place.env);
        assert_eq!(env(".env"), Some("dev"));
        assert_eq!(env("app/.env.production"), Some("prod"));
        assert_eq!(env(".github/workflows/deploy.yml"), Some("ci"));
        assert_eq!(env("Jenkinsfile"), Some("ci"));
        assert_eq!(env("docker-compose.staging.yaml"), Some("staging"));
        assert_eq!(env("k8s/api.yaml"), Some("prod"));
        assert_eq!(env("infra/prod.tfvars"), Some("prod"));
        assert_eq!(env(".npmrc"), Some("prod"));
        assert_eq!(env("README.md"), None);
        assert_eq!(env("src/config.yaml"), None);
    }
}
