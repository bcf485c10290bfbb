//! A field of a JSON object: the others are kept as they are.

use keybaton_ports::{Blame, Certainty, Seen};
use keybaton_testkit::server::Aws;
use serde_json::json;

use super::rig::{follow, fresh, of, publish, put, read, secret, serves};

#[tokio::test]
async fn other_fields_are_kept_as_they_are() {
    let Some(aws) = Aws::ministack().await else { return };
    let name = fresh("fields");
    put(aws, &name, r#"{"user":"app","port":5432.0,"password":"value-old","nested":{"a":[1, 2]}}"#);
    let vault = of(aws, &name, &json!({ "field": "password" }));
    assert!(serves(&*vault, "value-old").await);
    follow(&*vault, 1, "value-\"new\"").await.unwrap();
    let whole = read(aws, &name, "AWSCURRENT").unwrap();
    assert_eq!(whole, r#"{"nested":{"a":[1, 2]},"password":"value-\"new\"","port":5432.0,"user":"app"}"#);
    assert!(serves(&*vault, "value-\"new\"").await);
}

#[tokio::test]
async fn a_secret_that_is_made_holds_an_object_of_the_one_field() {
    let Some(aws) = Aws::ministack().await else { return };
    let name = fresh("fields");
    let vault = of(aws, &name, &json!({ "field": "password" }));
    publish(&*vault, 1, "value-a").await.unwrap();
    assert_eq!(read(aws, &name, "AWSCURRENT").unwrap(), r#"{"password":"value-a"}"#);
}

#[tokio::test]
async fn what_is_no_object_has_no_field_and_is_left_alone() {
    let Some(aws) = Aws::ministack().await else { return };
    for text in ["plain", "[1]", "\"text\""] {
        let name = fresh("fields");
        put(aws, &name, text);
        let vault = of(aws, &name, &json!({ "field": "password" }));
        for ended in [publish(&*vault, 1, "value-a").await, follow(&*vault, 2, "value-a").await] {
            let fault = ended.unwrap_err();
            assert_eq!(fault.blame, Blame::Rejected, "{fault}");
            assert!(matches!(fault.certainty, Certainty::NotSent | Certainty::Refused), "{fault}");
        }
        assert_eq!(read(aws, &name, "AWSCURRENT").as_deref(), Some(text));
    }
}

#[tokio::test]
async fn two_secrets_share_an_object_without_losing_each_others_field() {
    let Some(aws) = Aws::ministack().await else { return };
    let name = fresh("fields");
    let (one, two) = (of(aws, &name, &json!({ "field": "one" })), of(aws, &name, &json!({ "field": "two" })));
    publish(&*one, 1, "value-1").await.unwrap();
    assert!(matches!(two.served(&secret()).await.unwrap(), Seen::Nothing));
    follow(&*two, 2, "value-2").await.unwrap();
    follow(&*one, 3, "value-3").await.unwrap();
    assert!(serves(&*one, "value-3").await && serves(&*two, "value-2").await);
}
