//! What is not written to.

use std::os::unix::fs::symlink;

use keybaton_ports::{Blame, Certainty};
use rustix::fs::{FlockOperation, Mode, OFlags};
use serde_json::json;

use super::rig::Rig;

#[tokio::test]
async fn a_symbolic_link_is_refused_unless_it_is_asked_for() {
    let rig = Rig::new(&json!({}), "key");
    std::fs::write(rig.folder.path().join("real"), "old").unwrap();
    symlink("real", rig.path()).unwrap();
    let fault = rig.publish("new").await.unwrap_err();
    assert!(fault.to_string().contains("symbolic link"), "{fault}");
    assert!(rig.served().await.is_err());
    assert_eq!(rig.content(), "old");
}

#[tokio::test]
async fn a_link_that_is_followed_stays_a_link() {
    let rig = Rig::new(&json!({ "follow_symlinks": true }), "key");
    std::fs::create_dir(rig.folder.path().join("deep")).unwrap();
    std::fs::write(rig.folder.path().join("deep/real"), "old").unwrap();
    let real = rig.folder.path().join("deep/real");
    std::fs::set_permissions(&real, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    symlink("deep/real", rig.path()).unwrap();
    rig.publish("new").await.unwrap();
    assert_eq!(std::fs::read_to_string(real).unwrap(), "new");
    assert!(rig.path().is_symlink());
    assert_eq!(rig.files(), ["deep", "key"]);
}

#[tokio::test]
async fn what_is_no_regular_file_is_refused_at_once() {
    let rig = Rig::new(&json!({}), "key");
    let folder = rustix::fs::open(rig.folder.path(), OFlags::RDONLY, Mode::empty()).unwrap();
    rustix::fs::mknodat(&folder, "key", rustix::fs::FileType::Fifo, Mode::RUSR, 0).unwrap();
    assert!(rig.publish("new").await.unwrap_err().to_string().contains("no regular file"));
    std::fs::remove_file(rig.path()).unwrap();
    std::fs::create_dir(rig.path()).unwrap();
    assert!(rig.publish("new").await.unwrap_err().to_string().contains("no regular file"));
}

#[tokio::test]
async fn a_file_of_more_than_a_mebibyte_is_refused() {
    let rig = Rig::dotenv(&json!({}));
    let long = format!("# {}\nKEY=old\n", "x".repeat(1024 * 1024));
    assert!(rig.refuses(&long, "new").await.contains("1 MiB"));
    assert_eq!(rig.served().await.unwrap_err().blame, Blame::Corrupt);
}

#[tokio::test]
async fn a_missing_folder_is_named_and_not_made() {
    let rig = Rig::new(&json!({ "folder": "nowhere" }), "key");
    let fault = rig.publish("new").await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::NotFound, Certainty::NotSent));
    assert!(fault.to_string().contains("nowhere: it does not exist"), "{fault}");
    assert!(rig.files().is_empty());
}

#[tokio::test]
async fn a_folder_in_which_another_process_writes_is_left_alone_until_it_is_done() {
    let rig = Rig::new(&json!({}), "key");
    let other = rustix::fs::open(rig.folder.path(), OFlags::RDONLY, Mode::empty()).unwrap();
    rustix::fs::flock(&other, FlockOperation::LockExclusive).unwrap();
    let fault = rig.publish("new").await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::Transient, Certainty::NotSent));
    assert_eq!(rig.served().await.unwrap(), None);
    // Another test may be starting a program, which has a copy of the descriptor: closing ours would not be enough.
    rustix::fs::flock(&other, FlockOperation::Unlock).unwrap();
    rig.publish("new").await.unwrap();
}
