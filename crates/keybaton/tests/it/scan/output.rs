//! The forms of a report.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value;

use super::{LINE, Repository, VALUE};

/// The schema of SARIF 2.1.0 (OASIS), as a package of the registry carries it: it is not ours to copy.
static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let options = ["--offline".to_owned(), "--filter-platform".to_owned(), host()];
    let metadata = cargo_metadata::MetadataCommand::new().other_options(options).exec().unwrap();
    let package = metadata.packages.iter().find(|package| package.name.as_str() == "serde-sarif").unwrap();
    let path = package.manifest_path.with_file_name("src").join("schema.json");
    // the standard has a bracket too many in the pattern of a language, which strict readers of patterns refuse
    let text = std::fs::read_to_string(path).unwrap().replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}?$");
    let schema: Value = serde_json::from_str(&text).unwrap();
    assert!(schema["title"].as_str().unwrap().contains("SARIF) Version 2.1.0"));
    jsonschema::validator_for(&schema).unwrap()
});

/// The platform that the tests run on: only its packages are sure to be on this machine.
fn host() -> String {
    let output = std::process::Command::new(env!("CARGO")).arg("-vV").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
}

/// Asserts that a value is what the schema says, and what its words say beyond that.
fn check(log: &Value) {
    let wrong: Vec<String> =
        SCHEMA.iter_errors(log).map(|error| format!("{error} at {}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    for run in log["runs"].as_array().unwrap() {
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        for result in run["results"].as_array().unwrap() {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
        }
    }
}

#[test]
fn the_schema_of_sarif_refuses_what_is_none() {
    for wrong in [
        serde_json::json!({ "version": "2.1.0" }),
        serde_json::json!({ "version": "2.0.0", "runs": [] }),
        serde_json::json!({ "version": "2.1.0", "runs": [{ "tool": { "driver": {} } }] }),
        serde_json::json!({ "version": "2.1.0", "runs": [], "other": 1 }),
    ] {
        assert!(!SCHEMA.is_valid(&wrong), "{wrong}");
    }
}

#[tokio::test]
async fn sarif_has_the_form_of_its_standard() {
    let repository = Repository::new();
    repository.stage("ä b:c/d.py", format!("one = 'ä'; {LINE}"));
    repository.stage("e.py", LINE.replace("92", "93"));
    let log = repository.scan("--staged --format sarif").await.exits(1).hides(VALUE).json();
    check(&log);
    let result = &log["runs"][0]["results"][1];
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "%C3%A4%20b%3Ac/d.py");
    assert_eq!(place["region"], serde_json::json!({ "startLine": 1, "startColumn": 27 }));
    repository.commit("keys");
    let log = repository.scan("--history --format sarif").await.exits(1).hides(VALUE).json();
    check(&log);
    assert!(log["runs"][0]["results"][0]["properties"]["commit"].is_string());
}

#[tokio::test]
async fn sarif_says_when_not_everything_was_read() {
    let repository = Repository::new();
    repository.stage("a.py", "clean = 1\n");
    let log = repository.scan("a.py missing --format sarif").await.exits(3).json();
    check(&log);
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
    let log = repository.scan("a.py --format sarif").await.exits(0).json();
    check(&log);
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], true);
}

#[tokio::test]
async fn annotations_are_one_line_each() {
    let repository = Repository::new();
    repository.stage("a,b.py", LINE);
    let ended = repository.scan("--staged --format github").await.exits(1).hides(VALUE);
    assert_eq!(
        ended.out,
        "::error file=a%2Cb.py,line=1,col=16,title=password found::password in an assignment, a setting or a call: \
         ********\n"
    );
    repository.scan("--staged --format github --json").await.exits(2).explains();
    repository.scan("--staged --format xml").await.exits(2).explains().says(&["sarif"]);
}
