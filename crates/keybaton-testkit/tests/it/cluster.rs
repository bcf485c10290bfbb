//! The cluster in memory, asked by the client that operators are written with.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Pod, Secret};
use keybaton_testkit::fake::{Cluster, NAMESPACE};
use kube::api::{ListParams, Patch, PatchParams, PostParams};
use kube::core::PartialObjectMeta;
use kube::{Api, Client, Config, Error};
use serde_json::json;

const TOKEN: &str = "token-of-a-pod";

fn client(cluster: &Cluster) -> Client {
    let mut config = Config::new(cluster.url().parse().unwrap());
    NAMESPACE.clone_into(&mut config.default_namespace);
    config.auth_info = serde_json::from_value(json!({ "token": TOKEN })).unwrap();
    Client::try_from(config).unwrap()
}

fn secret(fields: &serde_json::Value) -> Secret {
    let whole = json!({ "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "app" }, "stringData": null, "data": fields });
    serde_json::from_value(whole).unwrap()
}

fn wanted(fields: &serde_json::Value) -> Patch<serde_json::Value> {
    Patch::Apply(json!({ "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "app" }, "data": fields }))
}

/// The code, the reason and the causes of a refusal.
fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> (u16, String, Vec<(String, String)>) {
    let status = match result.unwrap_err() {
        Error::Api(status) => status,
        error => unreachable!("{error}"),
    };
    let causes = status.details.iter().flat_map(|details| &details.causes);
    let causes = causes.map(|cause| (cause.reason.clone(), cause.field.clone())).collect();
    (status.code, status.reason.clone(), causes)
}

#[tokio::test]
async fn an_object_lives_from_its_creation_to_its_end() {
    let cluster = Cluster::start(TOKEN).await;
    let secrets: Api<Secret> = Api::default_namespaced(client(&cluster));
    assert_eq!(refusal(secrets.get("app").await).0, 404);
    let made = secrets.create(&PostParams::default(), &secret(&json!({ "value": "YQ==" }))).await.unwrap();
    assert_eq!((made.type_.as_deref(), made.data.unwrap()["value"].0.as_slice()), (Some("Opaque"), &b"a"[..]));
    let again = secrets.create(&PostParams::default(), &secret(&json!({}))).await;
    assert_eq!(refusal(again).1, "AlreadyExists");
    let mut changed = secrets.get("app").await.unwrap();
    changed.data.as_mut().unwrap().insert("more".to_owned(), k8s_openapi::ByteString(b"b".to_vec()));
    let first = changed.metadata.resource_version.clone();
    let kept = secrets.replace("app", &PostParams::default(), &changed).await.unwrap();
    assert_ne!(kept.metadata.resource_version, first);
    assert_eq!(refusal(secrets.replace("app", &PostParams::default(), &changed).await).0, 409, "it was changed since");
    secrets.delete("app", &kube::api::DeleteParams::default()).await.unwrap();
    assert!(secrets.get_opt("app").await.unwrap().is_none());
    changed.metadata.resource_version = None;
    assert_eq!(refusal(secrets.replace("app", &PostParams::default(), &changed).await).0, 404);
}

#[tokio::test]
async fn applied_fields_belong_to_their_manager() {
    let cluster = Cluster::start(TOKEN).await;
    let secrets: Api<Secret> = Api::default_namespaced(client(&cluster));
    let (ours, theirs) = (PatchParams::apply("ours"), PatchParams::apply("theirs"));
    secrets.patch("app", &ours, &wanted(&json!({ "value": "YQ==", "more": "YQ==" }))).await.unwrap();
    let conflict = refusal(secrets.patch("app", &theirs, &wanted(&json!({ "value": "Yg==" }))).await);
    assert_eq!(
        conflict,
        (409, "Conflict".to_owned(), vec![("FieldManagerConflict".to_owned(), ".data.value".to_owned())])
    );
    secrets.patch("app", &theirs, &wanted(&json!({ "value": "YQ==", "own": "YQ==" }))).await.unwrap();
    let shared = secrets.patch("app", &ours, &wanted(&json!({ "own": "YQ==" }))).await.unwrap().data.unwrap();
    assert_eq!(shared.keys().collect::<Vec<_>>(), ["own", "value"], "what others want too is not removed");
    secrets.patch("app", &ours.clone().force(), &wanted(&json!({ "value": "Yg==" }))).await.unwrap();
    let whole = secrets.get("app").await.unwrap();
    let managers: Vec<_> = whole
        .metadata
        .managed_fields
        .unwrap()
        .into_iter()
        .map(|m| (m.manager.unwrap(), m.fields_v1.unwrap().0))
        .collect();
    assert!(managers.contains(&("ours".to_owned(), json!({ "f:data": { "f:value": {} } }))), "{managers:?}");
    assert!(managers.contains(&("theirs".to_owned(), json!({ "f:data": { "f:own": {} } }))), "{managers:?}");
}

#[tokio::test]
async fn an_edit_by_hand_takes_fields_over() {
    let cluster = Cluster::start(TOKEN).await;
    let secrets: Api<Secret> = Api::default_namespaced(client(&cluster));
    let ours = PatchParams::apply("ours");
    let first = secrets.patch("app", &ours, &wanted(&json!({ "value": "YQ==" }))).await.unwrap();
    let merged = Patch::Merge(json!({ "data": { "value": "Yg==" } }));
    secrets.patch("app", &PatchParams::default(), &merged).await.unwrap();
    assert_eq!(refusal(secrets.patch("app", &ours, &wanted(&json!({ "value": "Yw==" }))).await).0, 409);
    let stale = json!({
        "apiVersion": "v1", "kind": "Secret", "data": { "value": "Yw==" },
        "metadata": { "name": "app", "uid": first.metadata.uid, "resourceVersion": first.metadata.resource_version },
    });
    let (code, reason, causes) = refusal(secrets.patch("app", &ours.clone().force(), &Patch::Apply(&stale)).await);
    assert_eq!(
        (code, reason.as_str(), causes.len()),
        (409, "Conflict", 0),
        "a version that was named is not the last one"
    );
    cluster.delete("secrets", "app");
    assert_eq!(refusal(secrets.patch("app", &ours.force(), &Patch::Apply(&stale)).await).0, 409, "it is not made anew");
    assert!(cluster.object("secrets", "app").is_none());
}

#[tokio::test]
async fn an_immutable_secret_stays_as_it_is() {
    let cluster = Cluster::start(TOKEN).await;
    let secrets: Api<Secret> = Api::default_namespaced(client(&cluster));
    cluster.write("app", &[("value", "a")]);
    cluster.edit("secrets", "app", &json!({ "immutable": true }));
    let refused =
        refusal(secrets.patch("app", &PatchParams::apply("ours").force(), &wanted(&json!({ "value": "Yg==" }))).await);
    assert_eq!((refused.0, refused.1.as_str()), (422, "Invalid"));
    assert_eq!(cluster.value("app", "value").unwrap(), b"a");
}

#[tokio::test]
async fn who_is_not_let_in_is_told_why() {
    let cluster = Cluster::start(TOKEN).await;
    let secrets: Api<Secret> = Api::default_namespaced(client(&cluster));
    cluster.desk().forbidden.insert(("get", "secrets"));
    assert_eq!(refusal(secrets.get("app").await).1, "Forbidden");
    cluster.desk().tokens.clear();
    assert_eq!(refusal(secrets.get("app").await).1, "Unauthorized");
}

#[tokio::test]
async fn pods_are_selected_in_pages_until_they_are_gone() {
    let cluster = Cluster::start(TOKEN).await;
    cluster.deploy("web", &json!({ "keybaton/restart": "app" }), 3);
    cluster.deploy("other", &json!({}), 1);
    let pods: Api<Pod> = Api::default_namespaced(client(&cluster));
    let asked = ListParams::default().labels("app=web").fields("status.phase!=Succeeded").limit(2);
    let first = pods.list_metadata(&asked).await.unwrap();
    assert_eq!(first.items.len(), 2);
    let rest = asked.clone().continue_token(first.metadata.continue_.as_deref().unwrap());
    let second = pods.list_metadata(&rest).await.unwrap();
    assert_eq!((second.items.len(), second.metadata.continue_.unwrap_or_default().as_str()), (1, ""));
    let name = first.items[0].metadata.name.clone().unwrap();
    cluster.end_pod(&name);
    let ending: PartialObjectMeta<Pod> = pods.get_metadata(&name).await.unwrap();
    assert!(ending.metadata.deletion_timestamp.is_some(), "it is there until it has ended");
    let deployments: Api<Deployment> = Api::default_namespaced(client(&cluster));
    let restarted = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "web" },
        "spec": { "template": { "metadata": { "annotations": { "keybaton/app": "2" } } } },
    });
    let before = deployments.get("web").await.unwrap().metadata.generation;
    let after = deployments.patch("web", &PatchParams::apply("ours"), &Patch::Apply(restarted)).await.unwrap();
    assert_ne!(after.metadata.generation, before, "its template has changed");
    assert_eq!(cluster.template("web")["keybaton/app"], json!("2"));
}
