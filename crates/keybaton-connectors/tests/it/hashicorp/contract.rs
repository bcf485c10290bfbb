//! The contracts of every vault and of every external one, by a token that may do no more than `docs/howto` says.

use std::sync::Arc;

use keybaton_ports::{Blame, Certainty, Vault};
use keybaton_testkit::contract::{
    Deed, ExternalSubject, Readable, Trouble, VaultSubject, external_vault_contract, vault_contract,
};
use keybaton_testkit::server::OpenBao;
use serde_json::{Value, json};

use super::rig::{by_token, fresh, vault};
use crate::tampering::Tampering;

/// What keybaton's own token may do: with what is below one folder, and nothing beside it.
const POLICY: &str = r#"
path "secret/data/contract/*" { capabilities = ["create", "read", "update"] }
path "secret/metadata/contract/*" { capabilities = ["create", "update", "patch"] }
path "secret/destroy/contract/*" { capabilities = ["update"] }
"#;

/// The same without any right to write.
const READING: &str = r#"path "secret/data/contract/*" { capabilities = ["read"] }"#;

fn subject(bao: &Arc<OpenBao>, own: &str) -> (VaultSubject, String) {
    let path = fresh("contract");
    let build = |url: &str| vault(&by_token(url, &json!({})), &path, Some(crate::bench::text(own)));
    let (reader, writer) = (Arc::clone(bao), Arc::clone(bao));
    let (read, written) = (path.clone(), path.clone());
    let subject = VaultSubject {
        vault: build(&bao.url()),
        again: build(&bao.url()),
        consumer: Some(Box::new(move || Some(reader.get(&read)?["value"].as_str()?.as_bytes().to_vec()))),
        stranger: Some(Box::new(move |value| writer.put(&written, &json!({ "value": value })))),
        unreachable: Some(build("http://127.0.0.1:1")),
        keep: Box::new(()),
    };
    (subject, path)
}

fn deed(bao: &Arc<OpenBao>, work: impl Fn(&OpenBao) + Send + Sync + 'static) -> Deed {
    let (bao, work) = (Arc::clone(bao), Arc::new(work));
    Box::new(move || {
        let (bao, work) = (Arc::clone(&bao), Arc::clone(&work));
        Box::pin(async move { work(&bao) })
    })
}

fn unsealed(bao: &Arc<OpenBao>) -> Deed {
    let bao = Arc::clone(bao);
    Box::new(move || {
        let bao = Arc::clone(&bao);
        Box::pin(async move { bao.unseal().await })
    })
}

fn restarted(bao: &Arc<OpenBao>) -> Deed {
    let bao = Arc::clone(bao);
    Box::new(move || {
        let bao = Arc::clone(&bao);
        Box::pin(async move {
            bao.restart().await;
            bao.unseal().await;
        })
    })
}

fn erasures(bao: &Arc<OpenBao>, path: &str) -> Vec<(&'static str, Deed)> {
    let (data, destroy, metadata) =
        (format!("secret/data/{path}"), format!("secret/destroy/{path}"), format!("secret/metadata/{path}"));
    let (other, whole) = (path.to_owned(), path.to_owned());
    vec![
        ("a version that was deleted softly", deed(bao, move |bao| drop(bao.run("DELETE", &data, &Value::Null)))),
        (
            "a version that was destroyed",
            deed(bao, move |bao| drop(bao.run("POST", &destroy, &json!({ "versions": [bao.version(&other)] })))),
        ),
        (
            "a secret that was deleted as a whole",
            deed(bao, move |bao| drop(bao.run("DELETE", &metadata, &Value::Null))),
        ),
        ("a version without the field", deed(bao, move |bao| bao.put(&whole, &json!({ "another": "one" })))),
    ]
}

fn troubles(bao: &Arc<OpenBao>, path: &str, own: &str) -> Vec<Trouble> {
    let (blame, certainty) = (Blame::Transient, Certainty::NotSent);
    let short = vault(&by_token(&bao.url(), &json!({ "timeout": "3s" })), path, Some(crate::bench::text(own)));
    vec![
        Trouble {
            what: "a token that may only read",
            vault: None,
            begin: deed(bao, |bao| bao.policy("contract", READING)),
            end: deed(bao, |bao| bao.policy("contract", POLICY)),
            blame: Blame::OurCredential,
            certainty,
            readable: Readable::Yes,
        },
        Trouble {
            what: "a sealed server",
            vault: None,
            begin: deed(bao, OpenBao::seal),
            end: unsealed(bao),
            blame,
            certainty,
            readable: Readable::No,
        },
        Trouble {
            what: "a server that throttles",
            vault: None,
            begin: deed(bao, throttle),
            end: deed(bao, |bao| drop(bao.run("DELETE", "sys/quotas/rate-limit/test", &Value::Null))),
            blame,
            certainty,
            readable: Readable::No,
        },
        Trouble {
            what: "a server that hangs",
            vault: Some(short),
            begin: deed(bao, OpenBao::freeze),
            end: deed(bao, OpenBao::thaw),
            blame,
            certainty,
            readable: Readable::No,
        },
        Trouble {
            what: "a server that was killed",
            vault: None,
            begin: deed(bao, OpenBao::kill),
            end: restarted(bao),
            blame,
            certainty,
            readable: Readable::No,
        },
    ]
}

/// Uses up what a quota allows, so that the next request is one too many.
fn throttle(bao: &OpenBao) {
    let quota = json!({ "path": "secret/", "rate": 0.001, "interval": "1h" });
    bao.run("POST", "sys/quotas/rate-limit/test", &quota);
    let used_up = (0..100).any(|_| bao.ask("GET", "secret/data/nothing", &Value::Null).0 == 429);
    assert!(used_up, "the quota is used up");
}

fn external(bao: &Arc<OpenBao>, own: &str) -> ExternalSubject {
    let (vault_subject, path) = subject(bao, own);
    let (through, place, token) = (Arc::clone(bao), path.clone(), own.to_owned());
    ExternalSubject {
        vault: vault_subject,
        tampered: Box::new(move |request, theirs| {
            let (bao, place, token) = (Arc::clone(&through), place.clone(), token.clone());
            Box::pin(async move {
                let (writer, at) = (Arc::clone(&bao), place.clone());
                let deed = move || writer.put(&at, &json!({ "value": theirs }));
                let way = Tampering::before(bao.port(), request, deed).await;
                let url = format!("http://127.0.0.1:{}", way.port);
                let own = Some(crate::bench::text(&token));
                let met: Arc<dyn Vault> = vault(&by_token(&url, &json!({})), &place, own);
                (met, way.told())
            })
        }),
        erasures: erasures(bao, &path),
        troubles: troubles(bao, &path, own),
    }
}

#[tokio::test]
async fn a_kv_secret_keeps_the_contract_of_a_vault() {
    let Some(bao) = OpenBao::start().await else { return };
    let bao = Arc::new(bao);
    let own = keybaton_testkit::text(&bao.token("contract", POLICY, "1h"));
    vault_contract(async || subject(&bao, &own).0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kv_secret_keeps_the_contract_of_an_external_vault() {
    let Some(bao) = OpenBao::start().await else { return };
    let bao = Arc::new(bao);
    let own = keybaton_testkit::text(&bao.token("contract", POLICY, "1h"));
    external_vault_contract(async || external(&bao, &own)).await;
}
