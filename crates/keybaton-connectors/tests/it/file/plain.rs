//! A file that is one value.

use serde_json::json;

use super::rig::Rig;

#[tokio::test]
async fn the_end_of_the_file_stays_as_it_was() {
    let rig = Rig::new(&json!({}), "key");
    assert_eq!(rig.turns("old", "new").await, "new");
    assert_eq!(rig.turns("old\n", "new").await, "new\n");
    assert_eq!(rig.turns("old\r\n", "new").await, "new\r\n");
    assert_eq!(rig.turns("", "new").await, "new");
    assert_eq!(rig.turns("one\ntwo\n", "three\nfour").await, "three\nfour\n");
}

#[tokio::test]
async fn a_value_that_ends_with_a_newline_is_served_as_it_is() {
    let rig = Rig::new(&json!({}), "key");
    assert_eq!(rig.turns("old", "-----END KEY-----\n").await, "-----END KEY-----\n\n");
    assert!(rig.refuses("old", "new\r").await.contains("carriage return"));
}

#[tokio::test]
async fn an_empty_file_and_a_missing_one_serve_nothing() {
    let rig = Rig::new(&json!({}), "key");
    assert_eq!(rig.served().await.unwrap(), None);
    rig.write("");
    assert_eq!(rig.served().await.unwrap(), None);
    rig.write("\n");
    assert_eq!(rig.served().await.unwrap(), None);
}

#[tokio::test]
async fn nothing_but_the_file_is_left_in_the_folder() {
    let rig = Rig::new(&json!({}), "key");
    let draft = ".key.keybaton-00112233445566ff";
    std::fs::write(rig.folder.path().join(draft), "what a killed process left").unwrap();
    std::fs::write(rig.folder.path().join(".key.keybaton-notes"), "somebody else's").unwrap();
    rig.publish("new").await.unwrap();
    assert_eq!(rig.files(), [".key.keybaton-notes", "key"]);
}
