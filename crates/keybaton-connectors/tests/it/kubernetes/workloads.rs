//! Workloads that are restarted, and what their pods say.

use keybaton_ports::{Blame, Certainty, Has, Restarted, Slot, Workload, Workloads};
use keybaton_testkit::fake::Cluster;
use keybaton_types::VersionNo;
use serde_json::json;

use super::rig::{NAME, TOKEN, follow, installation, of, secret};

async fn seen(port: &dyn Workloads, version: u64) -> Vec<Workload> {
    let (secret, installation) = (secret(), installation());
    port.workloads(Slot { installation: &installation, secret: &secret }, VersionNo(version)).await.unwrap()
}

async fn restart(port: &dyn Workloads, version: u64) -> keybaton_ports::Called<()> {
    let (secret, installation) = (secret(), installation());
    port.restart(Slot { installation: &installation, secret: &secret }, VersionNo(version)).await
}

fn has(workload: &Workload) -> Vec<Has> {
    workload.instances.iter().map(|instance| instance.has).collect()
}

#[tokio::test]
async fn a_pod_counts_as_moved_when_its_own_template_says_so_and_until_it_is_gone_as_running() {
    let cluster = Cluster::start(TOKEN).await;
    cluster.deploy("web", &json!({ "keybaton/restart": format!("other, {NAME}") }), 2);
    cluster.deploy("apart", &json!({ "keybaton/restart": "payments-prod-2" }), 1);
    let vault = of(&cluster, &json!({ "restart": "annotated" }));
    let port = vault.workloads().unwrap();
    follow(&*vault, 1, "value-1").await.unwrap();
    let before = seen(port, 1).await;
    assert_eq!((before.len(), before[0].name.as_str(), before[0].restarted), (1, "web", Restarted::No));
    assert_eq!(has(&before[0]), [Has::Earlier, Has::Earlier]);
    restart(port, 1).await.unwrap();
    assert_eq!(cluster.template("web")["keybaton/payments-prod.value"], json!("c0ffee-1"));
    assert!(cluster.template("apart").is_null(), "whoever did not ask is left alone");
    let generation = || cluster.object("deployments", "web").unwrap()["metadata"]["generation"].clone();
    let once = generation();
    restart(port, 1).await.unwrap();
    assert_eq!(generation(), once, "once for a version");
    let old = cluster.pods("web");
    cluster.start_pod("web");
    cluster.end_pod(&old[0]);
    cluster.delete("pods", &old[1]);
    let after = seen(port, 1).await;
    assert_eq!((after[0].restarted, has(&after[0])), (Restarted::Yes, vec![Has::Earlier, Has::Present]));
    cluster.delete("pods", &old[0]);
    cluster.edit("pods", &cluster.pods("web")[0], &json!({ "status": { "phase": "Succeeded" } }));
    assert_eq!(has(&seen(port, 1).await[0]), [], "a pod that has ended runs no more");
    assert_eq!(seen(port, 2).await[0].restarted, Restarted::No, "the next version is another one");
}

#[tokio::test]
async fn a_long_list_is_read_to_its_end_and_half_a_list_is_none() {
    let cluster = Cluster::start(TOKEN).await;
    cluster.desk().page = 2;
    for name in ["a", "b", "c"] {
        cluster.deploy(name, &json!({ "keybaton/restart": NAME }), 3);
    }
    let vault = of(&cluster, &json!({ "restart": "annotated" }));
    let all = seen(vault.workloads().unwrap(), 1).await;
    assert_eq!(all.iter().map(|one| one.instances.len()).collect::<Vec<_>>(), [3, 3, 3]);
    cluster.forbid("list", "pods");
    let (secret, installation) = (secret(), installation());
    let slot = Slot { installation: &installation, secret: &secret };
    let fault = vault.workloads().unwrap().workloads(slot, VersionNo(1)).await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::OurCredential, Certainty::NotSent), "{fault}");
}

#[tokio::test]
async fn nothing_is_restarted_unless_the_settings_say_so() {
    let cluster = Cluster::start(TOKEN).await;
    assert!(of(&cluster, &json!({})).workloads().is_none());
    let vault = of(&cluster, &json!({ "restart": "annotated" }));
    cluster.deploy("web", &json!({ "keybaton/restart": NAME }), 1);
    cluster.forbid("patch", "deployments");
    let fault = restart(vault.workloads().unwrap(), 1).await.unwrap_err();
    assert!(fault.to_string().contains("deployments/web: forbidden"), "{fault}");
}
