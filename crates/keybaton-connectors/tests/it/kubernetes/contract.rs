//! The contracts of every vault and of every external one.

use std::sync::Arc;

use keybaton_ports::{Blame, Certainty, Vault};
use keybaton_testkit::contract::{
    Deed, ExternalSubject, Readable, Trouble, VaultSubject, external_vault_contract, vault_contract,
};
use keybaton_testkit::fake::{Cluster, ClusterMode};
use serde_json::json;

use super::rig::{NAME, TOKEN, by_token, vault};
use crate::tampering::Tampering;

fn subject(cluster: &Arc<Cluster>) -> VaultSubject {
    let build = |url: &str| vault(&by_token(url, &json!({})), NAME);
    let (reader, writer) = (Arc::clone(cluster), Arc::clone(cluster));
    VaultSubject {
        vault: build(&cluster.url()),
        again: build(&cluster.url()),
        consumer: Some(Box::new(move || reader.value(NAME, "value"))),
        stranger: Some(Box::new(move |value| writer.write(NAME, &[("value", value)]))),
        unreachable: Some(build("http://127.0.0.1:1")),
        keep: Box::new(()),
    }
}

fn deed(cluster: &Arc<Cluster>, work: impl Fn(&Cluster) + Send + Sync + 'static) -> Deed {
    let (cluster, work) = (Arc::clone(cluster), Arc::new(work));
    Box::new(move || {
        let (cluster, work) = (Arc::clone(&cluster), Arc::clone(&work));
        Box::pin(async move { work(&cluster) })
    })
}

fn erasures(cluster: &Arc<Cluster>) -> Vec<(&'static str, Deed)> {
    vec![
        ("a Secret that was deleted", deed(cluster, |cluster| cluster.delete("secrets", NAME))),
        (
            "a Secret without the field",
            deed(cluster, |cluster| cluster.edit("secrets", NAME, &json!({ "data": { "value": null } }))),
        ),
        (
            "a Secret without any field",
            deed(cluster, |cluster| cluster.edit("secrets", NAME, &json!({ "data": null }))),
        ),
    ]
}

/// A trouble that ends when the server behaves as it should, and that has nobody's fault but its own.
fn mood(cluster: &Arc<Cluster>, what: &'static str, mode: ClusterMode, met: Option<Arc<dyn Vault>>) -> Trouble {
    Trouble {
        what,
        vault: met,
        begin: deed(cluster, move |cluster| cluster.behave(mode)),
        end: deed(cluster, |cluster| cluster.behave(ClusterMode::Well)),
        blame: Blame::Transient,
        certainty: Certainty::NotSent,
        readable: Readable::No,
    }
}

fn troubles(cluster: &Arc<Cluster>) -> Vec<Trouble> {
    let hasty = || vault(&by_token(&cluster.url(), &json!({ "timeout": "300ms" })), NAME);
    let read_only = Trouble {
        begin: deed(cluster, |cluster| cluster.forbid("patch", "secrets")),
        end: deed(cluster, |cluster| cluster.desk().forbidden.clear()),
        blame: Blame::OurCredential,
        readable: Readable::Yes,
        ..mood(cluster, "an account that may only read", ClusterMode::Well, None)
    };
    let ended = Trouble {
        begin: deed(cluster, |cluster| cluster.desk().tokens.clear()),
        end: deed(cluster, |cluster| cluster.desk().tokens.extend([TOKEN.to_owned()])),
        blame: Blame::OurCredential,
        ..mood(cluster, "a token that has ended", ClusterMode::Well, None)
    };
    let immutable = Trouble {
        begin: deed(cluster, |cluster| cluster.edit("secrets", NAME, &json!({ "immutable": true }))),
        end: deed(cluster, |cluster| cluster.thaw(NAME)),
        blame: Blame::Rejected,
        readable: Readable::Yes,
        ..mood(cluster, "an immutable Secret", ClusterMode::Well, None)
    };
    let swallowed = Trouble {
        certainty: Certainty::Unknown,
        readable: Readable::Yes,
        ..mood(cluster, "a server whose answers are lost", ClusterMode::Swallows, Some(hasty()))
    };
    vec![
        read_only,
        ended,
        immutable,
        swallowed,
        mood(cluster, "a server that throttles", ClusterMode::Throttles(7), None),
        mood(cluster, "a server that is overloaded", ClusterMode::Status(503), None),
        mood(cluster, "a server that hangs", ClusterMode::Hangs, Some(hasty())),
        Trouble { blame: Blame::Corrupt, ..mood(cluster, "half an answer", ClusterMode::Babbles, None) },
    ]
}

fn external(cluster: &Arc<Cluster>) -> ExternalSubject {
    let through = Arc::clone(cluster);
    ExternalSubject {
        vault: subject(cluster),
        tampered: Box::new(move |request, theirs| {
            let cluster = Arc::clone(&through);
            Box::pin(async move {
                let writer = Arc::clone(&cluster);
                let deed = move || writer.write(NAME, &[("value", theirs)]);
                let way = Tampering::before(cluster.port(), request, deed).await;
                let met = vault(&by_token(&format!("http://127.0.0.1:{}", way.port), &json!({})), NAME);
                (met, way.told())
            })
        }),
        erasures: erasures(cluster),
        troubles: troubles(cluster),
    }
}

#[tokio::test]
async fn a_secret_keeps_the_contract_of_a_vault() {
    vault_contract(async || subject(&Arc::new(Cluster::start(TOKEN).await))).await;
}

#[tokio::test]
async fn a_secret_keeps_the_contract_of_an_external_vault() {
    external_vault_contract(async || external(&Arc::new(Cluster::start(TOKEN).await))).await;
}
