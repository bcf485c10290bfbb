//! A whole rotation into a file that consumers read again and again.

use super::rig::{adopted, read};
use crate::stage::{OLD_VALUE, SECRET};

const SHORT: &str =
    "watch = { for = \"1s\", every = \"500ms\" }\noverlap = { min = \"1s\", max = \"1h\", until = \"time\" }";

#[tokio::test]
async fn consumers_that_read_the_file_again_are_never_refused() {
    let bench = adopted(SHORT).await;
    bench.run(&format!("plan {SECRET}")).await.exits(0).prints(&["the vault lets the last write win"]);
    let rotate = bench.keybaton.start(&format!("rotate {SECRET} --wait"));
    let mut rotate = Box::pin(rotate.ended());
    let (mut calls, mut values) = (0, std::collections::BTreeSet::new());
    let ended = loop {
        let value = read(&bench);
        tokio::select! {
            ended = &mut rotate => break ended,
            accepted = bench.service.lets_in(&value) => {
                assert!(accepted, "call {calls} was refused");
                calls += 1;
                values.insert(value);
            }
        }
    };
    ended.exits(0).hides(&read(&bench));
    assert!(calls > 20, "{calls} calls are no load");
    assert_eq!(values.len(), 2, "the consumers never met both keys");
    assert!(!bench.service.lets_in(OLD_VALUE).await);
    assert_eq!(read(&bench), bench.value().await, "the file and the ledger differ");
    bench.assert_whole().await;
}

#[tokio::test]
async fn the_key_goes_back_into_the_file_when_the_rotation_does() {
    let bench =
        adopted("watch = { for = \"4s\", every = \"500ms\" }\noverlap = { min = \"1s\", until = \"time\" }").await;
    bench.rotate_until("draining").await;
    assert_ne!(read(&bench), OLD_VALUE);
    bench.run(&format!("rollback {SECRET} --wait")).await.exits(0);
    assert_eq!(read(&bench), OLD_VALUE);
    bench.assert_whole().await;
}

#[tokio::test]
async fn a_reader_of_files_gives_the_evidence_that_a_person_brings() {
    let terms = "overlap = { min = \"1s\" }\nwatch = { for = \"1s\", every = \"500ms\" }\n\
                 consumers = [{ name = \"shop\", evidence = \"ack\" }]";
    let bench = adopted(terms).await;
    bench.rotate_until("waits: shop").await;
    assert!(bench.service.lets_in(OLD_VALUE).await);
    bench.run(&format!("consumers ack {SECRET} shop")).await.exits(0);
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    bench.assert_whole().await;
}

#[tokio::test]
async fn a_file_that_cannot_be_written_holds_the_rotation_with_both_keys_alive() {
    let bench = adopted(SHORT).await;
    let file = bench.keybaton.path("app.env");
    let mode = std::os::unix::fs::PermissionsExt::from_mode;
    std::fs::set_permissions(&file, mode(0o644)).unwrap();
    let ended = bench.run(&format!("rotate {SECRET} --wait")).await.exits(5);
    ended.says(&["held", "world_readable"]);
    assert_eq!(read(&bench), OLD_VALUE);
    assert!(bench.service.lets_in(OLD_VALUE).await);
    std::fs::set_permissions(&file, mode(0o600)).unwrap();
    bench.run(&format!("resume {SECRET}")).await;
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    bench.assert_whole().await;
}
