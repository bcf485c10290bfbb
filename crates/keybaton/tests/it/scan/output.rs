//! The forms of a report.

use serde_json::Value;

use super::{LINE, Repository, VALUE};

/// Asserts that a value has exactly what SARIF 2.1.0 requires and allows of the objects that we write (OASIS, sections
/// 3.13 to 3.58); the schema itself is not ours to copy.
fn check(log: &Value) {
    let keys = |value: &Value, known: &[&str], needed: &[&str]| {
        let object = value.as_object().unwrap_or_else(|| panic!("no object: {value}"));
        assert!(object.keys().all(|key| known.contains(&key.as_str())), "unknown keys in {value}");
        assert!(needed.iter().all(|key| object.contains_key(*key)), "missing keys in {value}");
    };
    keys(log, &["$schema", "version", "runs"], &["version", "runs"]);
    assert_eq!(log["version"], "2.1.0");
    for run in log["runs"].as_array().unwrap() {
        keys(run, &["tool", "columnKind", "invocations", "results"], &["tool"]);
        assert!(["utf16CodeUnits", "unicodeCodePoints"].contains(&run["columnKind"].as_str().unwrap()));
        keys(&run["tool"], &["driver"], &["driver"]);
        let driver = &run["tool"]["driver"];
        keys(driver, &["name", "version", "rules"], &["name"]);
        let rules = driver["rules"].as_array().unwrap();
        for rule in rules {
            keys(rule, &["id", "shortDescription", "properties"], &["id"]);
            keys(&rule["shortDescription"], &["text"], &["text"]);
        }
        for invocation in run["invocations"].as_array().unwrap() {
            keys(invocation, &["executionSuccessful", "toolExecutionNotifications"], &["executionSuccessful"]);
            assert!(invocation["executionSuccessful"].is_boolean());
            for note in invocation["toolExecutionNotifications"].as_array().unwrap() {
                keys(note, &["level", "message"], &["message"]);
            }
        }
        for result in run["results"].as_array().unwrap() {
            let known = ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints", "properties"];
            keys(result, &known, &["message"]);
            assert!(["none", "note", "warning", "error"].contains(&result["level"].as_str().unwrap()));
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
            assert!(result["partialFingerprints"].as_object().unwrap().values().all(Value::is_string));
            for place in result["locations"].as_array().unwrap() {
                keys(place, &["physicalLocation"], &[]);
                keys(&place["physicalLocation"], &["artifactLocation", "region"], &[]);
                let region = &place["physicalLocation"]["region"];
                assert!(region["startLine"].as_u64() >= Some(1) && region["startColumn"].as_u64() >= Some(1));
                let uri = place["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
                assert!(uri.is_ascii() && !uri.contains([' ', ':']), "{uri}");
            }
        }
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
