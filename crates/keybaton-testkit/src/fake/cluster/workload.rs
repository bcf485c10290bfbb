//! Workloads and their pods, and the controller that replaces these: by the test's hand, so that a rollout stands still
//! wherever a test wants it to.

use serde_json::{Value, json};

use super::desk::Key;
use super::{Cluster, NAMESPACE};

/// Who makes pods.
const CONTROLLER: &str = "kube-controller-manager";

impl Cluster {
    /// Makes a Deployment of so many pods, which run at once; `annotations` are its own.
    pub fn deploy(&self, name: &str, annotations: &Value, replicas: usize) {
        let labels = json!({ "app": name });
        self.edit(
            "deployments",
            name,
            &json!({
                "metadata": { "annotations": annotations },
                "spec": { "replicas": replicas, "selector": { "matchLabels": labels }, "template": { "metadata": { "labels": labels } } },
            }),
        );
        for _ in 0..replicas {
            self.start_pod(name);
        }
    }

    /// Starts one pod of a workload, and returns its name.
    pub fn start_pod(&self, workload: &str) -> String {
        let template = self.object("deployments", workload).expect("the workload")["spec"]["template"].clone();
        let mut desk = self.desk();
        let name = format!("{workload}-{}", desk.time().replace([':', '-', 'T', 'Z'], ""));
        let value = json!({
            "metadata": { "name": name, "labels": template["metadata"]["labels"], "annotations": template["metadata"]["annotations"] },
            "status": { "phase": "Running" },
        });
        let made = desk.create(&Key::new("pods", NAMESPACE, &name), &value, CONTROLLER);
        made.unwrap_or_else(|refusal| panic!("{refusal:?}"));
        name
    }

    /// Tells a pod to end. It is there until [`Cluster::delete`] says that it has.
    pub fn end_pod(&self, pod: &str) {
        let at = self.desk().time();
        self.edit("pods", pod, &json!({ "metadata": { "deletionTimestamp": at } }));
    }

    /// The pods that are there, those that end too.
    pub fn pods(&self, workload: &str) -> Vec<String> {
        let all = self.desk().list("pods", NAMESPACE);
        let its = |pod: &&Value| pod["metadata"]["labels"]["app"] == json!(workload);
        all.iter().filter(its).filter_map(|pod| pod["metadata"]["name"].as_str().map(str::to_owned)).collect()
    }

    /// What the template of a workload says to its pods.
    pub fn template(&self, workload: &str) -> Value {
        self.object("deployments", workload).expect("the workload")["spec"]["template"]["metadata"]["annotations"]
            .clone()
    }
}
