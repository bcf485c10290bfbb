//! The contracts of every vault and of every external one, by an identity that may do no more than `docs/howto` says.

use std::sync::Arc;

use keybaton_ports::{Blame, Certainty, Vault};
use keybaton_testkit::contract::{
    Deed, ExternalSubject, Readable, Trouble, VaultSubject, external_vault_contract, vault_contract,
};
use keybaton_testkit::server::{KeyVault, Right, Switch, Weather};
use serde_json::json;

use super::rig::{by_secret, fresh, of, server, vault};
use crate::tampering::Tampering;

fn subject(server: &Arc<KeyVault>) -> (VaultSubject, String) {
    let name = fresh("contract");
    let (reader, writer) = (Arc::clone(server), Arc::clone(server));
    let (read, written) = (name.clone(), name.clone());
    let subject = VaultSubject {
        vault: of(server, &name),
        again: of(server, &name),
        consumer: Some(Box::new(move || reader.get(&read).map(String::into_bytes))),
        stranger: Some(Box::new(move |value| assert!(writer.put(&written, value)))),
        unreachable: Some(vault(&by_secret(server, "https://127.0.0.1:1", &json!({})), &name)),
        keep: Box::new(()),
    };
    (subject, name)
}

fn deed(server: &Arc<KeyVault>, work: impl Fn(&KeyVault) + Send + Sync + 'static) -> Deed {
    let (server, work) = (Arc::clone(server), Arc::new(work));
    Box::new(move || {
        let (server, work) = (Arc::clone(&server), Arc::clone(&work));
        Box::pin(async move { work(&server) })
    })
}

fn troubles(server: &Arc<KeyVault>, name: &str) -> Vec<Trouble> {
    let (own, gone, off) = (name.to_owned(), name.to_owned(), name.to_owned());
    let (back, on) = (name.to_owned(), name.to_owned());
    let short = vault(&by_secret(server, &server.url(), &json!({ "timeout": "1s" })), name);
    let trouble = |what, blame, readable, begin, end| Trouble {
        what,
        vault: None,
        begin,
        end,
        blame,
        certainty: Certainty::NotSent,
        readable,
    };
    let weather = |what, weather| {
        let begin = deed(server, move |server| server.weather(weather));
        trouble(what, Blame::Transient, Readable::No, begin, deed(server, |server| server.weather(Weather::Fair)))
    };
    let mut hangs = weather("a vault that hangs", Weather::Silent);
    hangs.vault = Some(short);
    vec![
        trouble(
            "an identity that may only read",
            Blame::OurCredential,
            Readable::Yes,
            deed(server, |server| server.allow(KeyVault::APPLICATION, &[Right::Get, Right::List])),
            deed(server, |server| server.allow(KeyVault::APPLICATION, KeyVault::RIGHTS)),
        ),
        trouble(
            "an identity that may do nothing",
            Blame::OurCredential,
            Readable::No,
            deed(server, |server| server.allow(KeyVault::APPLICATION, &[])),
            deed(server, |server| server.allow(KeyVault::APPLICATION, KeyVault::RIGHTS)),
        ),
        trouble(
            "a secret that was deleted softly",
            Blame::Rejected,
            Readable::Yes,
            deed(server, move |server| server.delete(&gone)),
            deed(server, move |server| server.recover(&back)),
        ),
        trouble(
            "a latest version that is disabled",
            Blame::Rejected,
            Readable::No,
            deed(server, move |server| server.switch_last(&off, Switch::Disabled)),
            deed(server, move |server| server.switch_last(&on, Switch::Enabled)),
        ),
        trouble(
            "a secret of ours that the directory does not know any more",
            Blame::OurCredential,
            Readable::No,
            deed(server, |server| {
                server.by_expired_secret(KeyVault::APPLICATION, super::rig::OWN);
                server.forget_tokens();
            }),
            deed(server, |server| server.by_secret(KeyVault::APPLICATION, super::rig::OWN)),
        ),
        weather("a vault that throttles", Weather::Throttled(None)),
        weather("a vault that is not available", Weather::Unavailable),
        weather("a vault that is gone", Weather::Down),
        hangs,
        trouble(
            "tokens that somebody ended",
            Blame::OurCredential,
            Readable::Yes,
            deed(server, move |server| {
                // An identity that cannot write shows that the next call logs in anew by itself.
                server.allow(KeyVault::APPLICATION, &[Right::Get, Right::List]);
                server.forget_tokens();
                assert!(server.get(&own).is_some());
            }),
            deed(server, |server| server.allow(KeyVault::APPLICATION, KeyVault::RIGHTS)),
        ),
    ]
}

fn external(server: &Arc<KeyVault>) -> ExternalSubject {
    let (vault_subject, name) = subject(server);
    let (through, place, purged) = (Arc::clone(server), name.clone(), name.clone());
    ExternalSubject {
        vault: vault_subject,
        tampered: Box::new(move |request, theirs| {
            let (server, place) = (Arc::clone(&through), place.clone());
            Box::pin(async move {
                let (writer, at) = (Arc::clone(&server), place.clone());
                let deed = move || assert!(writer.put(&at, theirs));
                let way = Tampering::before(server.port(), request, deed).await;
                let url = format!("https://127.0.0.1:{}", way.port);
                let met: Arc<dyn Vault> = vault(&by_secret(&server, &url, &json!({})), &place);
                (met, way.told())
            })
        }),
        erasures: vec![(
            "a secret that was purged",
            deed(server, move |server| {
                server.delete(&purged);
                server.purge(&purged);
            }),
        )],
        troubles: troubles(server, &name),
    }
}

#[tokio::test]
async fn a_secret_of_a_key_vault_keeps_the_contract_of_a_vault() {
    let server = server();
    vault_contract(async || subject(&server).0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_of_a_key_vault_keeps_the_contract_of_an_external_vault() {
    let server = server();
    external_vault_contract(async || external(&server)).await;
}
