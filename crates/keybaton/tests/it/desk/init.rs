//! `init` finds likely keys: their names and places, never a value.

use std::os::unix::fs::{PermissionsExt as _, symlink};

use crate::stage::{Ended, Keybaton};

/// Every value that stands somewhere in the folder, in the home or in the environment.
const CANARIES: [&str; 9] = [
    "sk_live_Canary51H8xyzABCDEFG",
    "ghp_CanaryCanaryCanaryCanaryCanary123456",
    "canary-hunter2-password",
    "postgres://app:canary-in-a-url@db/app",
    "AKIACANARYCANARY2345",
    "canarySecretAccessKey0123456789abcdefghijk",
    "MIIEcanaryBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8",
    "npm_CanaryCanaryCanaryCanaryCanary123456",
    "canary-of-the-environment",
];

/// A folder with keys everywhere that people put them.
fn littered() -> Keybaton {
    let mut keybaton = Keybaton::new();
    for folder in [".github/workflows", "k8s", "node_modules/x", ".aws", ".config/gcloud/configurations", "infra"] {
        std::fs::create_dir_all(keybaton.path(folder)).unwrap();
    }
    let [stripe, github, password, url, akia, aws, pem, npm, environment] = CANARIES;
    keybaton.write(
        ".env.production",
        &format!(
            "PORT=80\n# OLD_KEY={stripe}\nSTRIPE_SECRET_KEY={stripe}\nexport DATABASE_URL=\"{url}\"\n\
             SIGNING_KEY=\"-----BEGIN PRIVATE KEY-----\n{pem}=\n-----END PRIVATE KEY-----\"\n{stripe}=x\n"
        ),
    );
    keybaton.write(
        ".github/workflows/deploy.yml",
        "env:\n  TOKEN: ${{ secrets.DEPLOY_TOKEN }}\npermissions:\n  id-token: write\n",
    );
    keybaton
        .write("docker-compose.yml", &format!("services:\n  db:\n    environment:\n      - DB_PASSWORD={password}\n"));
    keybaton.write("k8s/secret.yaml", &format!("kind: Secret\nstringData:\n  githubToken: {github}\n"));
    keybaton.write("infra/prod.tfvars", &format!("datadog_api_key = \"{password}\"\n"));
    keybaton.write(".npmrc", &format!("//registry.example/:_authToken={npm}\n"));
    keybaton
        .write(".aws/credentials", &format!("[default]\naws_access_key_id = {akia}\naws_secret_access_key = {aws}\n"));
    keybaton.write(".config/gcloud/configurations/config_work", "[core]\n");
    keybaton.write("node_modules/x/.env", &format!("FOREIGN_TOKEN={password}\n"));
    keybaton.set("TWILIO_AUTH_TOKEN", environment);
    keybaton
}

#[track_caller]
fn silent(ended: Ended) -> Ended {
    CANARIES.iter().fold(ended, |ended, canary| ended.hides(canary))
}

#[tokio::test]
async fn names_and_places_are_told_and_never_a_value() {
    let keybaton = littered();
    let ended = silent(keybaton.run("init").await.exits(0)).says(&[
        "STRIPE_SECRET_KEY at .env.production:3: stripe, by the shape of its value",
        "DATABASE_URL at .env.production:4: postgres, by the shape of its value; rotated by postgres",
        "DEPLOY_TOKEN at .github/workflows/deploy.yml:2",
        "DB_PASSWORD at docker-compose.yml:4",
        "githubToken at k8s/secret.yaml:3: github, by the shape of its value",
        "datadog_api_key at infra/prod.tfvars:1: datadog, by its name",
        "authToken at .npmrc:1: npm",
        "aws-profile-default at ~/.aws/credentials:1: aws",
        "google-profile-work at ~/.config/gcloud/configurations/config_work",
        "TWILIO_AUTH_TOKEN at environment variable: twilio",
    ]);
    assert!(!ended.err.contains("FOREIGN_TOKEN"), "{}", ended.transcript());
    let written = std::fs::read_to_string(keybaton.path("keybaton.toml")).unwrap();
    assert!(written.contains("#[secret.stripe-secret-key]"), "{written}");
    for canary in CANARIES {
        assert!(!written.contains(canary), "{canary} stands in the file");
    }
    keybaton.run("config check").await.exits(0);
}

#[tokio::test]
async fn the_blocks_that_were_written_are_toml_when_their_comments_are_removed() {
    let keybaton = littered();
    keybaton.run("init").await.exits(0);
    let text = std::fs::read_to_string(keybaton.path("keybaton.toml")).unwrap();
    let (_, found) = text.split_once("# Found by").unwrap();
    let open = found.lines().skip(1).filter_map(|line| line.strip_prefix('#')).filter(|line| !line.starts_with(' '));
    let open = open.collect::<Vec<_>>().join("\n");
    let table: toml::Table = open.parse().unwrap_or_else(|error| panic!("{error} in\n{open}"));
    assert!(table["secret"].as_table().unwrap().len() > 5 && table.contains_key("issuer"), "{open}");
    assert!(table["secret"].get("stripe-secret-key").is_some(), "{open}");
}

#[tokio::test]
async fn the_document_has_what_the_words_have() {
    let keybaton = littered();
    let ended = silent(keybaton.run("init --json").await.exits(0));
    let json = ended.json();
    assert_eq!(json["schema"], "keybaton/init/v1");
    let keys = json["found"]["keys"].as_array().unwrap().clone();
    let stripe = keys.iter().find(|key| key["name"] == "STRIPE_SECRET_KEY").unwrap();
    assert_eq!(
        (&stripe["service"], &stripe["by"], &stripe["env"]),
        (&"stripe".into(), &"shape".into(), &"prod".into())
    );
}

#[tokio::test]
async fn a_configuration_in_place_is_kept_and_only_what_it_lacks_is_told() {
    let keybaton = littered();
    let own = "version = 1\n[issuer.s]\ntype = \"http\"\nbase = \"http://127.0.0.1:9\"\nauth = { bearer = { env = \"S\" } }\n\
               create = { request = \"POST /k\", id = \"$.id\", value = \"$.v\" }\nrevoke = { request = \"DELETE /k/{{ id }}\" }\n\
               [secret.stripe]\nissuer = \"s\"\nprobe = { http = \"GET http://127.0.0.1:9/\", bearer = \"{{ value }}\" }\n\
               [secret.stripe.env.prod]\n";
    keybaton.write("keybaton.toml", own);
    let ended = keybaton.run("init").await.exits(0).says(&["DB_PASSWORD", "1 more are configured"]);
    assert!(!ended.err.contains("STRIPE_SECRET_KEY"), "{}", ended.transcript());
    assert_eq!(std::fs::read_to_string(keybaton.path("keybaton.toml")).unwrap(), own);
}

#[tokio::test]
async fn nobody_looks_when_nobody_wants_it() {
    let keybaton = littered();
    let ended = keybaton.run("init --no-scan --json").await.exits(0);
    assert!(ended.json()["found"].is_null(), "{}", ended.transcript());
    assert!(!std::fs::read_to_string(keybaton.path("keybaton.toml")).unwrap().contains("STRIPE"));
}

#[tokio::test]
async fn what_cannot_be_looked_at_is_said() {
    let keybaton = Keybaton::new();
    keybaton.write("large.env", &"#".repeat(1024 * 1024 + 1));
    std::fs::write(keybaton.path("binary.env"), b"TOKEN=\0\x01\xff").unwrap();
    symlink(keybaton.path("."), keybaton.path("loop")).unwrap();
    symlink("/dev/zero", keybaton.path("zero.env")).unwrap();
    std::fs::create_dir_all(keybaton.path("a/b/c/d/e/f/g")).unwrap();
    let ended = keybaton.run("init").await.exits(0).says(&[
        "large.env: larger than 1 MiB",
        "binary.env: binary",
        "zero.env: no regular file",
        "more than six folders deep",
        "0 likely keys",
    ]);
    assert!(!ended.err.contains("loop/"), "{}", ended.transcript());
}

#[tokio::test]
async fn a_folder_that_nobody_may_read_is_said() {
    let keybaton = Keybaton::new();
    std::fs::create_dir(keybaton.path("closed")).unwrap();
    std::fs::set_permissions(keybaton.path("closed"), std::fs::Permissions::from_mode(0o000)).unwrap();
    let is_root = std::fs::read_dir(keybaton.path("closed")).is_ok();
    let ended = keybaton.run("init").await.exits(0);
    assert!(is_root || ended.err.contains("closed: not readable"), "{}", ended.transcript());
    std::fs::set_permissions(keybaton.path("closed"), std::fs::Permissions::from_mode(0o700)).unwrap();
}

#[tokio::test]
async fn editors_complete_at_once() {
    let keybaton = Keybaton::new();
    keybaton.run("init").await.exits(0);
    let text = std::fs::read_to_string(keybaton.path("keybaton.toml")).unwrap();
    let named = text.lines().next().unwrap().strip_prefix("#:schema ").unwrap().to_owned();
    let schema: serde_json::Value = serde_json::from_slice(&std::fs::read(keybaton.path(&named)).unwrap()).unwrap();
    assert_eq!(schema["title"], "keybaton.toml");
    keybaton.run("init --no-scn").await.exits(2).explains().says(&["--no-scan"]);
}
