//! Every dialect from the first credential to the last, through settings alone.

use keybaton_connectors::http::ProbeSettings;
use keybaton_connectors::http::{BasicSettings, HttpProbe};
use keybaton_core::sheet::Chooser;
use keybaton_ports::{Issuer, Presented, Probe, Verdict};
use keybaton_sandbox::{Dialect, InitialKey};

use super::rig::{Rig, secret, text};

#[tokio::test]
async fn two_credentials_overlap_and_the_first_one_dies_in_every_dialect() {
    for dialect in Dialect::ALL {
        let rig = Rig::start(dialect).await;
        let (first, first_value) = rig.made("kb1-a1b2c3-payments-prod-1").await;
        let (second, second_value) = rig.made("kb1-a1b2c3-payments-prod-2").await;
        assert_ne!(first, second, "{dialect}");
        assert_eq!(rig.verdict(&first, &first_value).await, Verdict::Accepted, "{dialect}");
        assert_eq!(rig.verdict(&second, &second_value).await, Verdict::Accepted, "{dialect}");
        rig.issuer.destroy(&first).await.unwrap();
        assert_eq!(rig.verdict(&first, &first_value).await, Verdict::Refused, "{dialect}");
        assert_eq!(rig.verdict(&second, &second_value).await, Verdict::Accepted, "{dialect}");
        let left: Vec<_> = rig.list().await.unwrap().into_iter().map(|listed| (listed.id, listed.label)).collect();
        assert_eq!(left, [(second, Some("kb1-a1b2c3-payments-prod-2".to_owned()))], "{dialect}");
        rig.issuer.destroy(&first).await.unwrap();
    }
}

#[tokio::test]
async fn switching_works_where_the_settings_have_it() {
    for dialect in Dialect::ALL {
        let rig = Rig::start(dialect).await;
        let (id, value) = rig.made("kb1-a1b2c3-payments-prod-1").await;
        let Some(switching) = rig.issuer.switching() else {
            assert_eq!(dialect, Dialect::Array);
            continue;
        };
        switching.disable(&id).await.unwrap();
        assert_eq!(rig.verdict(&id, &value).await, Verdict::Refused, "{dialect}");
        assert_eq!(rig.list().await.unwrap()[0].enabled, Some(false), "{dialect}");
        switching.enable(&id).await.unwrap();
        assert_eq!(rig.verdict(&id, &value).await, Verdict::Accepted, "{dialect}");
        assert_eq!(rig.list().await.unwrap()[0].enabled, Some(true), "{dialect}");
    }
}

#[tokio::test]
async fn the_list_tells_what_the_dialect_knows() {
    for dialect in Dialect::ALL {
        let rig = Rig::with(dialect, |options| options.initial = vec![InitialKey::new("7", "old-value")], |_| {}).await;
        let before = rig.list().await.unwrap();
        let [old] = &before[..] else { panic!("{dialect}: {before:?}") };
        let seen = rig.sandbox.state().key("7").unwrap();
        assert_eq!((old.id.0.as_str(), old.label.as_deref()), ("7", Some("legacy")), "{dialect}");
        let (told, real) = (old.created.unwrap().0, seen.created.as_microsecond());
        assert!((told - real).abs() < 1_000_000, "{dialect}: {told} is not {real}");
        assert_eq!(old.last_used, None, "{dialect}");
        let creator = match dialect {
            Dialect::Acme => Some("ops@acme.example"),
            Dialect::Nested => Some("4711"),
            Dialect::Array => None,
        };
        assert_eq!(old.creator.as_deref(), creator, "{dialect}");
        assert_eq!(rig.verdict(&old.id, &text("old-value")).await, Verdict::Accepted, "{dialect}");
        let after = rig.list().await.unwrap()[0].last_used;
        assert_eq!(after.is_some(), dialect != Dialect::Array, "{dialect}: {after:?}");
    }
}

#[tokio::test]
async fn the_traits_are_those_of_the_settings() {
    let acme = Rig::start(Dialect::Acme).await.issuer.traits();
    assert_eq!((acme.timeout.as_millis(), acme.quiescence.as_millis()), (500, 1000));
    assert_eq!((acme.chooser, acme.max_credentials), (Chooser::Issuer, None));
    assert_eq!(acme.last_used_lag, Some(acme.propagation));
    let array = Rig::start(Dialect::Array).await.issuer.traits();
    assert_eq!(array.quiescence.as_millis(), 1500, "three times the time-out by default");
    assert_eq!(array.last_used_lag, None);
}

#[tokio::test]
async fn a_credential_is_presented_as_a_header_or_as_basic_too() {
    let rig = Rig::start(Dialect::Acme).await;
    let (id, value) = rig.made("kb1-a1b2c3-payments-prod-1").await;
    let url = rig.sandbox.url();
    let by_header: ProbeSettings =
        toml::from_str(&format!("http = 'GET {url}/health'\nheaders = {{ X-Api-Key = '{{{{ value }}}}' }}")).unwrap();
    let mut by_basic = by_header.clone();
    by_basic.headers.clear();
    by_basic.basic = Some(BasicSettings { user: "{{ id }}".to_owned(), password: "{{ value }}".to_owned() });
    for (settings, verdict) in [(by_header, Verdict::Accepted), (by_basic, Verdict::Refused)] {
        let probe = HttpProbe::new(&settings).unwrap();
        let presented = Presented { secret: &secret(), id: &id, value: &value };
        assert_eq!(probe.probe(presented).await.unwrap(), verdict);
    }
}
