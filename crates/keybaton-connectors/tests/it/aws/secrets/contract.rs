//! The contracts of every vault and of every external one, by a key that may do no more than `docs/howto` says.

use std::sync::Arc;

use keybaton_ports::{Blame, Certainty, Vault};
use keybaton_testkit::contract::{
    Deed, ExternalSubject, Readable, Trouble, VaultSubject, external_vault_contract, vault_contract,
};
use keybaton_testkit::server::{Aws, AwsKey};
use serde_json::json;

use super::rig::{fresh, put, read, vault};
use crate::aws::front::{Canned, Front};
use crate::tampering::Tampering;

/// What keybaton's own key may do: with secrets below one path, and nothing beside them.
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[
  "secretsmanager:DescribeSecret","secretsmanager:GetSecretValue","secretsmanager:PutSecretValue",
  "secretsmanager:UpdateSecretVersionStage","secretsmanager:CreateSecret"],
  "Resource":"arn:aws:secretsmanager:*:*:secret:contract/*"}]}"#;

/// The same without any right to write.
const READING: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[
  "secretsmanager:DescribeSecret","secretsmanager:GetSecretValue"],
  "Resource":"arn:aws:secretsmanager:*:*:secret:contract/*"}]}"#;

fn subject(aws: &Arc<Aws>, own: &AwsKey) -> (VaultSubject, String) {
    let name = fresh("contract");
    let build = |url: &str| vault(url, own, &name, &json!({}));
    let (reader, writer) = (Arc::clone(aws), Arc::clone(aws));
    let (seen, written) = (name.clone(), name.clone());
    let subject = VaultSubject {
        vault: build(&aws.url()),
        again: build(&aws.url()),
        consumer: Some(Box::new(move || Some(read(&reader, &seen, "AWSCURRENT")?.into_bytes()))),
        stranger: Some(Box::new(move |value| put(&writer, &written, value))),
        unreachable: Some(build("http://127.0.0.1:1")),
        keep: Box::new(()),
    };
    (subject, name)
}

fn deed(work: impl Fn() + Send + Sync + 'static) -> Deed {
    let work = Arc::new(work);
    Box::new(move || {
        let work = Arc::clone(&work);
        Box::pin(async move { work() })
    })
}

fn told(aws: &Arc<Aws>, action: &'static str, body: serde_json::Value) -> Deed {
    let aws = Arc::clone(aws);
    deed(move || drop(aws.tell(action, &body)))
}

fn erasures(aws: &Arc<Aws>, name: &str) -> Vec<(&'static str, Deed)> {
    let (emptied, whole) = (Arc::clone(aws), name.to_owned());
    vec![
        (
            "a secret that was deleted for good",
            told(aws, "DeleteSecret", json!({ "SecretId": name, "ForceDeleteWithoutRecovery": true })),
        ),
        ("a version without anything in it", deed(move || put(&emptied, &whole, ""))),
    ]
}

/// Answers of AWS that the emulators never give, and what is said of them.
fn answers() -> Vec<(&'static str, Canned, Blame)> {
    vec![
        ("an account that throttles", Canned::json(400, "ThrottlingException", "Rate exceeded"), Blame::Transient),
        ("a service that is down", Canned::json(500, "InternalServiceError", "x"), Blame::Transient),
        (
            "a credential of a role that has expired",
            Canned::json(400, "ExpiredTokenException", "The security token included in the request is expired"),
            Blame::OurCredential,
        ),
        (
            "a clock that is wrong",
            Canned::json(400, "InvalidSignatureException", "Signature expired: a is now earlier than b"),
            Blame::OurCredential,
        ),
        ("a key of KMS that is disabled", Canned::json(400, "KMSInvalidStateException", "x"), Blame::Rejected),
    ]
}

fn troubles(aws: &Arc<Aws>, name: &str, own: &AwsKey, front: &Front) -> Vec<Trouble> {
    let certainty = Certainty::NotSent;
    let policy = |policy: &'static str| {
        let aws = Arc::clone(aws);
        deed(move || aws.policy("keybaton", policy))
    };
    let frozen = |work: fn(&Aws)| {
        let aws = Arc::clone(aws);
        deed(move || work(&aws))
    };
    let mut troubles = vec![
        Trouble {
            what: "a key that may only read",
            vault: None,
            begin: policy(READING),
            end: policy(POLICY),
            blame: Blame::OurCredential,
            certainty,
            readable: Readable::Yes,
        },
        Trouble {
            what: "a secret that is scheduled for deletion",
            vault: None,
            begin: told(aws, "DeleteSecret", json!({ "SecretId": name, "RecoveryWindowInDays": 7 })),
            end: told(aws, "RestoreSecret", json!({ "SecretId": name })),
            blame: Blame::Rejected,
            certainty,
            readable: Readable::No,
        },
        Trouble {
            what: "a service that hangs",
            vault: Some(vault(&aws.url(), own, name, &json!({ "timeout": "2s" }))),
            begin: frozen(Aws::freeze),
            end: frozen(Aws::thaw),
            blame: Blame::Transient,
            certainty,
            readable: Readable::No,
        },
    ];
    for (what, canned, blame) in answers() {
        let (begun, ended) = (front.clone(), front.clone());
        troubles.push(Trouble {
            what,
            vault: Some(vault(&front.url(), own, name, &json!({}))),
            begin: deed(move || begun.says("", canned.clone())),
            end: deed(move || ended.forwards()),
            blame,
            certainty,
            readable: Readable::No,
        });
    }
    troubles
}

fn external(aws: &Arc<Aws>, own: &AwsKey, front: &Front) -> ExternalSubject {
    let (vault_subject, name) = subject(aws, own);
    let (through, place, key) = (Arc::clone(aws), name.clone(), own.clone());
    ExternalSubject {
        vault: vault_subject,
        tampered: Box::new(move |request, theirs| {
            let (aws, place, key) = (Arc::clone(&through), place.clone(), key.clone());
            Box::pin(async move {
                let (writer, at) = (Arc::clone(&aws), place.clone());
                let way = Tampering::before(aws.port(), request, move || put(&writer, &at, theirs)).await;
                let met: Arc<dyn Vault> = vault(&format!("http://127.0.0.1:{}", way.port), &key, &place, &json!({}));
                (met, way.told())
            })
        }),
        erasures: erasures(aws, &name),
        troubles: troubles(aws, &name, own, front),
    }
}

async fn own() -> Option<(Arc<Aws>, AwsKey)> {
    let aws = Arc::new(Aws::private().await?);
    aws.user("keybaton", Some(POLICY));
    let key = aws.access_key("keybaton");
    Some((aws, key))
}

#[tokio::test]
async fn a_secret_keeps_the_contract_of_a_vault() {
    let Some((aws, own)) = own().await else { return };
    vault_contract(async || subject(&aws, &own).0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_keeps_the_contract_of_an_external_vault() {
    let Some((aws, own)) = own().await else { return };
    let front = Front::before(aws.port()).await;
    external_vault_contract(async || external(&aws, &own, &front)).await;
}
