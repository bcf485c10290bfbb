//! The fakes pass the contract that true connectors must pass.

use std::sync::Arc;
use std::time::Duration;

use keybaton_core::sheet::{Ability, Addressing, Chooser, Fencing};
use keybaton_ports::{Blame, Certainty, Fence, Issuer, Publication, Replaces, Seen, Vault};
use keybaton_seal::SecretValue;
use keybaton_testkit::clock::Clock;
use keybaton_testkit::contract::{Subject, VaultSubject, issuer_contract, vault_contract};
use keybaton_testkit::fake::{FakeIssuer, FakeProbe, FakeSettings, FakeVault};
use keybaton_testkit::fault::{Faults, Faulty};
use keybaton_types::{CredentialNo, Epoch, Installation, OpSeq, SecretId, VersionNo};

fn subject(settings: &FakeSettings) -> Subject {
    let clock = Clock::default();
    let issuer = FakeIssuer::new(settings.clone(), clock.reader());
    let away = |blame, certainty| {
        let away = FakeIssuer::new(settings.clone(), clock.reader());
        away.outage(Some((blame, certainty)));
        Box::new(away)
    };
    Subject {
        probe: Box::new(FakeProbe::new(issuer.clone())),
        issuer: Box::new(Faulty::new(issuer, Faults::none().into())),
        wrong_credential: away(Blame::OurCredential, Certainty::Refused),
        unreachable: away(Blame::Transient, Certainty::NotSent),
        pass: Box::new(move |span| {
            clock.advance(span);
        }),
    }
}

#[tokio::test]
async fn a_fake_issuer_passes_the_contract_in_every_shape() {
    for chooser in [Chooser::Issuer, Chooser::Us] {
        for addressing in [Addressing::Once, Addressing::Again] {
            for ability in [Ability::Has, Ability::Lacks] {
                for propagation in [Duration::ZERO, Duration::from_mins(1)] {
                    let settings = FakeSettings {
                        chooser,
                        addressing,
                        listing: ability,
                        switching: ability,
                        sessions: ability,
                        propagation,
                        ..FakeSettings::default()
                    };
                    issuer_contract(async || subject(&settings)).await;
                }
            }
        }
    }
}

#[tokio::test]
async fn a_fake_issuer_that_keeps_no_labels_and_recognises_values_passes_the_contract() {
    for addressing in [Addressing::Once, Addressing::Again] {
        let (chooser, recognising) = (Chooser::Us, Ability::Has);
        let settings = FakeSettings { chooser, addressing, recognising, ..FakeSettings::default() };
        issuer_contract(async || subject(&settings)).await;
    }
}

#[tokio::test]
async fn a_destroyed_fake_credential_still_works_while_the_news_travels() {
    let clock = Clock::default();
    let settings = FakeSettings { propagation: Duration::from_mins(1), ..FakeSettings::default() };
    let issuer = FakeIssuer::new(settings, clock.reader());
    let value = || SecretValue::from_text("old".to_owned()).unwrap();
    let id = issuer.plant("old", value());
    issuer.destroy(&id).await.unwrap();
    assert!(issuer.accepts(&id, &value()));
    clock.advance(Duration::from_mins(1));
    assert!(!issuer.accepts(&id, &value()));
}

#[tokio::test]
async fn a_fenced_fake_vault_refuses_a_late_write_and_an_unfenced_one_takes_it() {
    let secret: SecretId = "payments/prod".parse().unwrap();
    let rendering = SecretValue::from_text("value".to_owned()).unwrap();
    for (fencing, last) in [(Fencing::Fenced, VersionNo(2)), (Fencing::Unfenced, VersionNo(1))] {
        let vault = FakeVault::new(fencing);
        for number in [2, 1] {
            let publication = Publication {
                secret: &secret,
                version: VersionNo(number),
                credential: CredentialNo(number),
                rendering: &rendering,
                fence: Fence { epoch: Epoch(1), seq: OpSeq(number) },
                installation: &Installation("c0ffee".to_owned()),
                replaces: Replaces::Anything,
            };
            let _ = vault.publish(publication).await;
        }
        assert!(matches!(vault.served(&secret).await.unwrap(), Seen::Version(version) if version == last));
    }
}

#[tokio::test]
async fn the_fake_vault_keeps_the_contract_fenced_or_not() {
    for make in [|| FakeVault::new(Fencing::Fenced), || FakeVault::new(Fencing::Unfenced), FakeVault::guarded] {
        vault_contract(async || {
            let vault = make();
            let (away, written, read) = (make(), vault.clone(), vault.clone());
            away.outage(Some((Blame::Transient, Certainty::NotSent)));
            let write = move |value: &str| {
                let value = SecretValue::from_text(value.to_owned()).unwrap();
                written.foreign_write(&VaultSubject::secret(), value);
            };
            let consume = move || {
                let current = read.current(&VaultSubject::secret())?;
                #[expect(clippy::disallowed_methods, reason = "the consumer of a test reads what is served")]
                let rendering = current.rendering.expose().to_vec();
                Some(rendering)
            };
            VaultSubject {
                again: Arc::new(vault.clone()),
                vault: Arc::new(vault),
                consumer: Some(Box::new(consume)),
                stranger: Some(Box::new(write)),
                unreachable: Some(Arc::new(away)),
                keep: Box::new(()),
            }
        })
        .await;
    }
}
