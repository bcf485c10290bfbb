//! Who may read the file afterwards.

use std::os::unix::fs::MetadataExt;

use keybaton_ports::Blame;
use rustix::fs::XattrFlags;
use serde_json::{Value, json};

use super::rig::Rig;

fn mode(rig: &Rig) -> u32 {
    std::fs::metadata(rig.path()).unwrap().mode() & 0o7777
}

#[tokio::test]
async fn a_new_file_is_its_owners_alone() {
    let rig = Rig::new(&json!({}), "key");
    rig.publish("new").await.unwrap();
    assert_eq!(mode(&rig), 0o600);
}

#[tokio::test]
async fn mode_owner_and_group_stay_as_they_were() {
    let rig = Rig::new(&json!({}), "key");
    rig.write("old");
    rig.chmod(0o640);
    let root = rustix::process::geteuid().is_root();
    if root {
        std::os::unix::fs::chown(rig.path(), Some(12345), Some(54321)).unwrap();
    }
    let before = std::fs::metadata(rig.path()).unwrap();
    rig.publish("new").await.unwrap();
    let after = std::fs::metadata(rig.path()).unwrap();
    assert_eq!((after.mode(), after.uid(), after.gid()), (before.mode(), before.uid(), before.gid()));
    assert_ne!(after.ino(), before.ino(), "readers that hold the old file open must not see a half of the new one");
}

#[tokio::test]
async fn the_settings_win_over_what_was_there() {
    let rig = Rig::new(&json!({ "mode": "0440", "group": "0" }), "key");
    rig.write("old");
    rig.publish("new").await.unwrap();
    assert_eq!(mode(&rig), 0o440);
    rig.publish("newer").await.unwrap();
    assert_eq!(rig.content(), "newer");
}

#[tokio::test]
async fn a_file_that_everybody_may_read_is_refused_unless_asked_for() {
    let of = |world: bool| Rig::new(&json!({ "world_readable": world }), "key");
    let closed = of(false);
    closed.write("old");
    closed.chmod(0o644);
    let fault = closed.publish("new").await.unwrap_err();
    assert_eq!(fault.blame, Blame::Rejected);
    assert!(fault.to_string().contains("world_readable = true"), "{fault}");
    assert_eq!(closed.content(), "old");
    let open = of(true);
    open.write("old");
    open.chmod(0o644);
    open.publish("new").await.unwrap();
    assert_eq!(mode(&open), 0o644);
}

#[tokio::test]
async fn attributes_go_with_the_file() {
    let rig = Rig::new(&json!({}), "key");
    rig.write("old");
    let file = std::fs::File::open(rig.path()).unwrap();
    if rustix::fs::fsetxattr(&file, "user.kept", b"yes", XattrFlags::empty()).is_err() {
        return; // This file system keeps none.
    }
    rig.publish("new").await.unwrap();
    let mut kept = [0_u8; 8];
    let length = rustix::fs::getxattr(rig.path(), "user.kept", &mut kept[..]).unwrap();
    assert_eq!(&kept[..length], b"yes");
}

#[test]
fn settings_that_make_no_sense_are_refused_without_a_file() {
    use keybaton_connectors::registry;
    for (table, words) in [
        (json!({ "mode": "0644" }), "world_readable"),
        (json!({ "mode": "rw" }), "octal"),
        (json!({ "key": "A" }), "a plain file is one value"),
        (json!({ "format": "dotenv", "key": "A B" }), "name of a variable"),
        (json!({ "format": "json", "key": "a..b" }), "dotted path"),
        (json!({ "owner": "a:b" }), "owner"),
        (json!({ "timeout": "0s" }), "no time"),
        (json!({ "path": "x" }), "unknown field"),
        (json!({ "format": "yaml" }), "unknown variant"),
    ] {
        let read: Option<Result<_, _>> = registry::vault("file", &table as &Value);
        let error = read.unwrap().err().unwrap_or_else(|| panic!("{table} was taken"));
        assert!(error.to_string().contains(words), "{table}: {error}");
    }
}
