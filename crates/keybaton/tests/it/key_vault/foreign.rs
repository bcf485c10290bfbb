//! Somebody else writes into the vault: nothing of theirs is lost, and no key dies.

use keybaton_testkit::server::Switch;

use super::rig::{NAME, Rig, SHORT};
use crate::stage::{OLD_VALUE, SECRET};

const SAYS: &str = "the vault serves a value that keybaton did not write";

#[tokio::test]
async fn a_value_that_somebody_wrote_between_two_rotations_is_not_overwritten() {
    let rig = Rig::adopted(SHORT).await;
    assert!(rig.server.put(NAME, "sk_between"));
    let ended = rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(5).hides("sk_between");
    ended.says(&[SAYS]);
    assert_eq!(rig.server.get(NAME).as_deref(), Some("sk_between"));
    assert!(rig.bench.service.lets_in(OLD_VALUE).await, "a key died in a hold");
    assert!(rig.server.put(NAME, OLD_VALUE));
    rig.bench.run(&format!("resume {SECRET}")).await;
    rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    rig.assert_whole().await;
}

#[tokio::test]
async fn a_version_that_somebody_wrote_just_before_ours_holds_the_rotation_until_it_is_disabled() {
    let terms = "watch = { for = \"3s\", every = \"500ms\" }\noverlap = { min = \"1s\", until = \"time\" }";
    let rig = Rig::adopted(terms).await;
    let mut rotate = rig.bench.keybaton.start(&format!("rotate {SECRET} --wait"));
    rotate.says("draining").await;
    let ours = rig.server.versions(NAME).pop().unwrap();
    assert!(rig.server.put(NAME, "sk_in_between"));
    rig.server.bring_to_front(NAME, &ours.id);
    rotate.ended().await.exits(5).says(&[SAYS]).hides("sk_in_between");
    assert_eq!(rig.server.get(NAME), Some(ours.value.clone()), "consumers go on with ours");
    assert!(rig.bench.service.lets_in(OLD_VALUE).await && rig.bench.service.lets_in(&ours.value).await);
    let theirs = rig.server.versions(NAME).into_iter().find(|version| version.value == "sk_in_between").unwrap();
    rig.server.switch(NAME, &theirs.id, Switch::Disabled);
    rig.bench.run(&format!("resume {SECRET}")).await;
    rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    rig.assert_whole().await;
}
