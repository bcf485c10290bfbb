//! Workloads that read the Secret when they start.

use serde_json::json;

use super::rig::{NAME, Rig};
use crate::stage::{OLD_VALUE, SECRET};

#[tokio::test]
async fn workloads_are_restarted_and_the_old_key_lives_until_the_last_pod_with_it_is_gone() {
    let terms = "watch = { for = \"1s\", every = \"500ms\" }\n\
                 overlap = { min = \"1s\", max = \"1h\", until = \"all-consumers\" }\n\
                 consumers = [{ name = \"web\", evidence = \"agent\", instances = 1 }]";
    let rig = Rig::adopted(terms, "fields_of_others = \"take\"\nrestart = \"annotated\"").await;
    rig.cluster.deploy("web", &json!({ "keybaton/restart": NAME }), 1);
    let old = rig.cluster.pods("web").remove(0);
    let rotate = rig.bench.keybaton.start(&format!("rotate {SECRET} --wait"));
    let is_restarted = || rig.cluster.template("web").get("keybaton/payments.value").is_some();
    rig.cluster.until("the template has changed", is_restarted).await;
    rig.cluster.start_pod("web");
    rig.cluster.end_pod(&old);
    let looks = || rig.cluster.desk().requests.iter().filter(|line| line.contains("/pods?")).count();
    let before = looks();
    rig.cluster.until("the pods were looked at again and again", || looks() > before + 6).await;
    assert!(rig.bench.service.lets_in(OLD_VALUE).await, "a pod that ends still runs with the old key");
    rig.cluster.delete("pods", &old);
    rotate.ended().await.exits(0);
    rig.assert_whole().await;
    assert!(!rig.bench.service.lets_in(OLD_VALUE).await);
}
