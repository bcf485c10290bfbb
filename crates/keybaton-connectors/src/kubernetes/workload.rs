//! Workloads that read the Secret when they start: which they are, whether they were restarted for a version, and their pods.
//!
//! Whether a pod has the present value is told by its own annotation, which it has from the template of its workload and which
//! the template gets after the Secret has the value. What a rollout says of itself is not asked: a pod that is ending still
//! runs.

use std::collections::BTreeMap;

use async_trait::async_trait;
use keybaton_ports::{Called, Fault, Has, Instance, Restarted, Slot, Workload, Workloads};
use keybaton_types::VersionNo;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use zeroize::Zeroizing;

use super::KubernetesVault;
use super::failure;
use super::selector::Selector;
use super::server::{Asked, Errand, Server};
use crate::web::{outcome, percent};

/// What has a template of pods, by its resource and its kind.
const KINDS: [(&str, &str); 3] =
    [("deployments", "Deployment"), ("statefulsets", "StatefulSet"), ("daemonsets", "DaemonSet")];

/// Which Secrets a workload is restarted for, by their names.
const WANTS: &str = "keybaton/restart";

/// So many workloads and pods are asked for at once.
const WORKLOADS: usize = 20;
const PODS: usize = 100;

/// No namespace has more pages; whoever sends more would keep us for ever.
const MOST: usize = 100;

/// A page of a list.
#[derive(Deserialize)]
struct List<T> {
    metadata: Next,
    items: Vec<T>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Next {
    #[serde(rename = "continue")]
    more: Option<String>,
}

/// A workload, as far as we look.
#[derive(Deserialize)]
struct Found {
    metadata: Metadata,
    spec: Spec,
}

#[derive(Deserialize)]
struct Spec {
    selector: Selector,
    template: Template,
}

#[derive(Deserialize)]
struct Template {
    #[serde(default)]
    metadata: Metadata,
}

/// A pod, of which the server tells no more.
#[derive(Deserialize)]
struct Pod {
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    name: String,
    uid: String,
    annotations: Option<BTreeMap<String, String>>,
}

impl Metadata {
    fn says(&self, key: &str) -> Option<&str> {
        self.annotations.as_ref()?.get(key).map(String::as_str)
    }
}

impl KubernetesVault {
    /// Those that want to be restarted for this Secret, each with its resource and kind.
    async fn wanting(&self, errand: &Errand) -> Called<Vec<(&'static str, &'static str, Found)>> {
        let mut wanting = Vec::new();
        for (resource, kind) in KINDS {
            let path = self.place.workloads(resource);
            let all: Vec<Found> = every(&self.server, errand, &path, "", WORKLOADS, None).await?;
            let wants = |found: &Found| {
                let names = found.metadata.says(WANTS).unwrap_or_default();
                names.split(',').any(|name| name.trim() == self.place.name())
            };
            wanting.extend(all.into_iter().filter(wants).map(|found| (resource, kind, found)));
        }
        Ok(wanting)
    }

    async fn pods(&self, errand: &Errand, selector: &Selector, version: &str) -> Called<Vec<Instance>> {
        const PARTIAL: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
        let query = format!(
            "&labelSelector={}&fieldSelector={}",
            percent(&selector.text()),
            percent("status.phase!=Succeeded,status.phase!=Failed")
        );
        let pods: Vec<Pod> = every(&self.server, errand, &self.place.pods(), &query, PODS, Some(PARTIAL)).await?;
        let key = self.place.restarted();
        let instance = |Pod { metadata }: Pod| {
            let has = if metadata.says(&key) == Some(version) { Has::Present } else { Has::Earlier };
            Instance { name: metadata.name, has }
        };
        Ok(pods.into_iter().map(instance).collect())
    }

    async fn patch(&self, errand: &Errand, resource: &str, kind: &str, found: &Found, version: &str) -> Called<()> {
        let Metadata { name, uid, .. } = &found.metadata;
        let path = format!("{}/{}", self.place.workloads(resource), percent(name));
        let body = json!({
            "apiVersion": "apps/v1", "kind": kind, "metadata": { "name": name, "uid": uid },
            "spec": { "template": { "metadata": { "annotations": { self.place.restarted(): version } } } },
        });
        let asked = Asked::apply(&path, &self.place.restarted(), Zeroizing::new(body.to_string().into_bytes()));
        let answer = self.server.ask(errand, &asked).await?;
        if answer.status.is_success() {
            return Ok(());
        }
        Err(failure::of_answer(&asked.line(), &answer))
    }
}

#[async_trait]
impl Workloads for KubernetesVault {
    async fn workloads(&self, of: Slot<'_>, version: VersionNo) -> Called<Vec<Workload>> {
        let (errand, version) = (self.server.begin(), marked(of, version));
        let mut workloads = Vec::new();
        for (_, _, found) in self.wanting(&errand).await? {
            let is_restarted = found.spec.template.metadata.says(&self.place.restarted()) == Some(version.as_str());
            workloads.push(Workload {
                restarted: if is_restarted { Restarted::Yes } else { Restarted::No },
                instances: self.pods(&errand, &found.spec.selector, &version).await?,
                name: found.metadata.name,
            });
        }
        Ok(workloads)
    }

    async fn restart(&self, of: Slot<'_>, version: VersionNo) -> Called<()> {
        let (errand, version) = (self.server.begin(), marked(of, version));
        for (resource, kind, found) in self.wanting(&errand).await? {
            if found.spec.template.metadata.says(&self.place.restarted()) != Some(version.as_str()) {
                self.patch(&errand, resource, kind, &found, &version).await?;
            }
        }
        Ok(())
    }
}

/// A version as workloads are marked with it: `a1b2c3-4`. Another installation counts its own versions.
fn marked(of: Slot<'_>, version: VersionNo) -> String {
    format!("{}-{version}", of.installation)
}

/// Every entry of a list. A part of it would hide who still runs.
async fn every<T: DeserializeOwned>(
    server: &Server,
    errand: &Errand,
    path: &str,
    query: &str,
    limit: usize,
    accept: Option<&'static str>,
) -> Called<Vec<T>> {
    let (mut all, mut more) = (Vec::new(), String::new());
    for _page in 0..MOST {
        let begin = if more.is_empty() { String::new() } else { format!("&continue={}", percent(&more)) };
        let asked = Asked::list(path, format!("?limit={limit}{query}{begin}"), accept);
        let answer = server.ask(errand, &asked).await?;
        if !answer.status.is_success() {
            return Err(failure::of_answer(&asked.line(), &answer));
        }
        let unclear = |error| outcome::of_answer(&asked.line(), format!("the answer is no list: {error}"));
        let List { metadata, items } = serde_json::from_slice::<List<T>>(&answer.body).map_err(unclear)?;
        all.extend(items);
        more = metadata.more.unwrap_or_default();
        if more.is_empty() {
            return Ok(all);
        }
    }
    Err(Fault::unknown(format!("GET {path}: the list does not end")))
}
