//! The canary: neither the admin's token nor a key's value shows up in anything that a failed call says.

use keybaton_connectors::http::HttpProbe;
use keybaton_ports::{Presented, Probe};
use keybaton_sandbox::{Dialect, Fault as Sabotage, Operation};
use keybaton_testkit::canary;
use keybaton_types::IssuedId;

use super::rig::{ADMIN, Rig, everything, secret, text};
use super::status::call;

fn sabotages() -> Vec<Sabotage> {
    vec![
        Sabotage::RefuseBefore,
        Sabotage::ErrorNotDone { status: 500 },
        Sabotage::ErrorDone { status: 400 },
        Sabotage::ResetAfterDone,
        Sabotage::TooManyRequests { retry_after: 1 },
        Sabotage::WrongAdmin,
        Sabotage::Full,
        Sabotage::BrokenJson,
        Sabotage::HugeBody { bytes: 2 * 1024 * 1024 },
        Sabotage::WrongTypes,
        Sabotage::MissingField { field: None },
        Sabotage::MissingField { field: Some("id".to_owned()) },
        Sabotage::Redirect { to: "http://elsewhere.invalid/".to_owned() },
        Sabotage::EchoAdmin,
    ]
}

#[tokio::test]
async fn no_fault_of_the_issuer_shows_a_secret() {
    for dialect in Dialect::ALL {
        for sabotage in sabotages() {
            let rig = Rig::start(dialect).await;
            for (operation, name) in
                [(Operation::Create, "create"), (Operation::List, "list"), (Operation::Destroy, "destroy")]
            {
                rig.sandbox.state().push_fault(operation, sabotage.clone());
                let Some(fault) = call(&rig.issuer, name).await else { continue };
                let words = everything(&fault);
                assert_eq!(canary::found(words.as_bytes(), &text(ADMIN)), None, "{dialect} {sabotage:?}: {words}");
                for key in rig.sandbox.state().keys() {
                    let value = text(&rig.sandbox.state().reveal(&key.id).unwrap());
                    assert_eq!(canary::found(words.as_bytes(), &value), None, "{dialect} {sabotage:?}: {words}");
                    assert!(!words.contains("sk_sandbox_"), "{dialect} {sabotage:?}: {words}");
                }
            }
        }
    }
}

#[tokio::test]
async fn no_fault_of_the_probe_shows_the_value() {
    for value in ["canary-1f3e", "canary-1f3e\nsecond line", "canary-1f3e\u{0}"] {
        for way in [
            "bearer = '{{ value }}'",
            "headers = { X = '{{ value|int }}' }",
            "headers = { X = '{{ value.canary.x }}' }",
        ] {
            let table = format!("http = 'GET http://127.0.0.1:1/{{{{ id }}}}'\n{way}");
            let probe = HttpProbe::new(&toml::from_str(&table).unwrap()).unwrap();
            let value = text(value);
            let presented = Presented { secret: &secret(), id: &IssuedId::from("k"), value: &value };
            let words = everything(&probe.probe(presented).await.unwrap_err());
            assert!(!words.contains("1f3e"), "{way}: {words}");
        }
    }
}
