//! Consumers: who has moved, by word of a person or of the issuer.

use crate::stage::{Bench, OLD_VALUE, SECRET};

const ACK: &str = "overlap = { min = \"1s\", max = \"1h\" }\nwatch = { for = \"1s\", every = \"500ms\" }\n\
    consumers = [{ name = \"billing\", evidence = \"ack\" }, { name = \"report\", evidence = \"ack\" }]";

#[tokio::test]
async fn the_old_key_lives_until_every_consumer_has_acknowledged() {
    let bench = Bench::with(ACK).await;
    bench.rotate_until("waits: report").await;
    bench.run(&format!("explain {SECRET}")).await.exits(0).prints(&["billing", "report"]);
    bench.run(&format!("consumers ack {SECRET} billing")).await.exits(0).says(&["billing"]);
    bench.rotate_until("waits: report").await;
    assert!(bench.service.lets_in(OLD_VALUE).await);
    bench.run(&format!("consumers ack {SECRET} report")).await.exits(0);
    let ended = bench.run(&format!("rotate {SECRET} --wait --json")).await.exits(0);
    assert_eq!(ended.json()["grade"], "evidenced");
    bench.assert_whole().await;
}

#[tokio::test]
async fn a_word_of_a_person_is_in_the_audit_with_the_name_of_that_person() {
    let bench = Bench::with(ACK).await;
    bench.run(&format!("consumers ack {SECRET} billing")).await.exits(0).says(&["billing"]);
    bench.run(&format!("consumers forget {SECRET} report")).await.exits(0).says(&["report"]);
    let told = bench.run(&format!("audit tail {SECRET} -n 2")).await.exits(0);
    told.prints(&["tester", "billing has moved", "report is gone for good"]);
}

#[tokio::test]
async fn a_consumer_that_nobody_knows_cannot_acknowledge() {
    let bench = Bench::with(ACK).await;
    bench.run(&format!("consumers ack {SECRET} nobody")).await.exits(1).explains().says(&["nobody"]);
    let list = bench.run(&format!("consumers list {SECRET} --json")).await.exits(0).json();
    assert_eq!((&list["schema"], &list["declared"]), (&"keybaton/consumers/v1".into(), &2.into()));
}

#[tokio::test]
async fn the_last_use_that_the_issuer_tells_opens_the_gate() {
    let terms = "overlap = { min = \"1s\", max = \"1h\" }\nwatch = { for = \"1s\", every = \"500ms\" }\n\
                 consumers = [{ name = \"report\", evidence = \"last-used\", quiet = \"3s\" }]";
    let bench = Bench::with(terms).await;
    assert!(bench.service.lets_in(OLD_VALUE).await);
    let mut rotate = bench.keybaton.start(&format!("rotate {SECRET} --wait --json"));
    rotate.says("waits: report").await;
    assert!(bench.service.lets_in(OLD_VALUE).await, "the old key died while its last use was fresh");
    let ended = rotate.ended().await.exits(0);
    assert_eq!(ended.json()["grade"], "evidenced");
    bench.assert_whole().await;
}

#[tokio::test]
async fn a_secret_that_nobody_uses_is_not_rotated_by_evidence() {
    let bench = Bench::with("overlap = { min = \"1s\" }\nwatch = { for = \"1s\", every = \"500ms\" }").await;
    let ended = bench.run(&format!("rotate {SECRET} --wait")).await.exits(2).explains();
    ended.says(&["consumers = [", "until = \"time\""]);
    assert_eq!(bench.service.live().len(), 1);
}

#[tokio::test]
async fn a_person_can_end_the_overlap_and_is_told_whom_it_cuts_off() {
    let bench = Bench::with(ACK).await;
    bench.rotate_until("waits: report").await;
    bench.run(&format!("revoke {SECRET} --version 2")).await.exits(2).explains().says(&["current"]);
    bench.run(&format!("revoke {SECRET} --version 1")).await.exits(2).explains().says(&["--yes"]);
    bench.run(&format!("revoke {SECRET} --version 1 --yes")).await.exits(0);
    assert!(!bench.service.lets_in(OLD_VALUE).await);
    bench.assert_whole().await;
}
