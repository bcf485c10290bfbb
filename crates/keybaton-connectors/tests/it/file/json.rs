//! JSON files: one text is replaced, everything else stays byte for byte.

use serde_json::json;

use super::rig::Rig;

fn rig(key: &str) -> Rig {
    Rig::new(&json!({ "format": "json", "key": key }), "app.json")
}

#[tokio::test]
async fn everything_but_the_text_stays_byte_for_byte() {
    let rig = rig("db.password");
    for (before, after) in [
        (r#"{"db":{"password":"old"}}"#, r#"{"db":{"password":"new"}}"#),
        (
            "{ \"n\": 1.50e+3, \"password\" : \"no\",\r\n\t\"db\" : {\"a\":[1,{\"password\":2}], \"password\" :null , \"z\":\"\\\"}\"} }\n",
            "{ \"n\": 1.50e+3, \"password\" : \"no\",\r\n\t\"db\" : {\"a\":[1,{\"password\":2}], \"password\" :\"new\" , \"z\":\"\\\"}\"} }\n",
        ),
        ("{\"db\":{\"pass\\u0077ord\":7}}", "{\"db\":{\"pass\\u0077ord\":\"new\"}}"),
    ] {
        assert_eq!(rig.turns(before, "new").await, after);
    }
}

#[tokio::test]
async fn a_missing_key_is_put_at_the_end_of_its_object() {
    let rig = rig("db.password");
    for (before, after) in [
        ("{\"db\": {}}", "{\"db\": {\"password\": \"new\"}}"),
        ("{}", "{\"db\": {\"password\": \"new\"}}"),
        ("{\n  \"a\": 1\n}\n", "{\n  \"a\": 1,\n  \"db\": {\"password\": \"new\"}\n}\n"),
        ("{\"db\":{\"user\":\"u\"}}", "{\"db\":{\"user\":\"u\",\"password\":\"new\"}}"),
    ] {
        assert_eq!(rig.turns(before, "new").await, after);
    }
    std::fs::remove_file(rig.path()).unwrap();
    rig.publish("new").await.unwrap();
    assert_eq!(rig.content(), "{\"db\": {\"password\": \"new\"}}\n");
}

#[tokio::test]
async fn a_pointer_finds_keys_with_dots_and_elements_of_lists() {
    let rig = rig("/hosts/1/a.b~1c");
    let before = r#"{"hosts":[{"a.b/c":"x"}, {"a.b/c":"old"}]}"#;
    assert_eq!(rig.turns(before, "new").await, r#"{"hosts":[{"a.b/c":"x"}, {"a.b/c":"new"}]}"#);
    assert!(rig.refuses(r#"{"hosts":[]}"#, "new").await.contains("no element 1"));
    assert!(rig.refuses(r#"{"hosts":"x"}"#, "new").await.contains("neither an object nor a list"));
}

#[tokio::test]
async fn a_value_of_any_characters_comes_back() {
    let rig = rig("k");
    for value in ["a\"b\\c\n\t\u{1}", "\u{1f511} \u{fc}"] {
        rig.turns("{\"k\":\"old\"}", value).await;
        let read: serde_json::Value = serde_json::from_str(&rig.content()).unwrap();
        assert_eq!(read["k"], value);
    }
}

#[tokio::test]
async fn what_is_no_json_or_not_a_text_is_refused() {
    let rig = rig("k");
    for (before, words) in [
        ("{\n  // a comment\n  \"k\": \"old\"\n}", "line 2"),
        ("{\"k\": \"old\",}", "no JSON"),
        ("", "no JSON"),
        ("\u{feff}{}", "byte order mark"),
        ("{\"k\":1,\"k\":2}", "stands there twice"),
        ("{\"k\":{\"x\":1}}", "is no text"),
        ("[]", "no element k"),
        ("7", "neither an object"),
    ] {
        let told = rig.refuses(before, "new").await;
        assert!(told.contains(words), "{before:?}: {told}");
    }
    assert!(rig.refuses([b"{\"".repeat(3), vec![0xff]].concat(), "new").await.contains("no JSON"));
}

#[tokio::test]
async fn what_is_no_text_is_served_as_somebody_elses() {
    let rig = rig("k");
    rig.write("{\"k\": 17}");
    assert_eq!(rig.served().await.unwrap().as_deref(), Some("17"));
    rig.write("{\"k\": null}");
    assert_eq!(rig.served().await.unwrap(), None);
}
