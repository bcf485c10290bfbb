//! A running server over a ledger in memory: `payments/prod` and `payments/staging`, and a token for the first.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use keybaton_core::{
    ledger::{Change, Commit, Credential, Far, Origin, Sighting, Stage, Version},
    policy::{OnStraggler, Overlap, Policy, Rollback, Until, WatchFor},
    rotation::Transition,
    sheet::Fencing,
};
use keybaton_engine::{Charge, Charges, Lane, Local, LocalDesk, RealTime, Time, delivery::Deliverer};
use keybaton_ports::{AlertDesk, Attachment, Failure, FailureKind, Grant, Record, Store, Tokens};
use keybaton_seal::{AccessToken, Binding, Keyring, MasterKey, Part, SecretValue, draw_token_id};
use keybaton_server::{Limits, Metrics, Parts, Server, Sources, Tls};
use keybaton_store::{ManualClock, Memory};
use keybaton_testkit::fake::{FakeIssuer, FakeProbe, FakeSettings, FakeVault};
use keybaton_types::{CredentialNo, Installation, Role, SecretId, Timestamp, TokenId, TokenLife, VersionNo, document};
use reqwest::{Client, RequestBuilder};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// When the store's clock starts.
pub(crate) const START: Timestamp = Timestamp(1_767_614_400_000_000);

/// Where the value is read.
pub(crate) const READ: &str = "/v1/secrets/payments/prod";

/// A running server.
pub(crate) struct House {
    pub(crate) address: SocketAddr,
    pub(crate) stop: CancellationToken,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) tokens: Arc<dyn Tokens>,
    pub(crate) clock: ManualClock,
    pub(crate) token: String,
    keyring: Arc<Keyring>,
    pub(crate) charges: Charges,
    pub(crate) metrics: Metrics,
    running: JoinHandle<std::io::Result<()>>,
    rest: CancellationToken,
    client: Client,
}

impl House {
    /// Starts it, with version 1 of `payments/prod`.
    pub(crate) async fn new() -> Self {
        Self::with(Limits::default()).await
    }

    /// The same with these limits.
    pub(crate) async fn with(limits: Limits) -> Self {
        Self::built(limits, None).await
    }

    /// The same with a certificate.
    pub(crate) async fn secure(tls: Tls) -> Self {
        Self::built(Limits::default(), Some(tls)).await
    }

    async fn built(limits: Limits, tls: Option<Tls>) -> Self {
        let (installation, clock) = (Installation("ab12".to_owned()), ManualClock::new(START));
        let memory = Memory::new(installation, Arc::new(clock.clone()));
        Self::on(memory, &MasterKey::generate().unwrap(), clock, limits, tls).await
    }

    /// The same on any store.
    pub(crate) async fn on(
        store: impl Store + Tokens + Clone + 'static,
        master: &MasterKey,
        clock: ManualClock,
        limits: Limits,
        tls: Option<Tls>,
    ) -> Self {
        let keyring = Arc::new(Keyring::new(master, store.installation()).unwrap());
        let (state, tokens): (Arc<dyn Store>, Arc<dyn Tokens>) = (Arc::new(store.clone()), Arc::new(store));
        let time: Arc<dyn Time> = Arc::new(RealTime::new());
        let charges = Charges::new([charge("payments/prod", &clock), charge("payments/staging", &clock)]);
        let local = Local::new(Arc::clone(&state), Arc::clone(&keyring), Arc::clone(&time), charges.clone(), "test");
        let (delivery, deliverer) = Deliverer::new(Arc::clone(&state), Arc::clone(&keyring), time, charges.clone());
        let rest = CancellationToken::new();
        tokio::spawn(deliverer.run(rest.clone()));
        let desk = Arc::new(LocalDesk::new(Arc::clone(&state), Arc::clone(&tokens), charges.clone()));
        let operations = Arc::new(local);
        let alerts = Arc::new(NoAlerts);
        let (store, channels) = (Arc::clone(&state), keybaton_engine::alerts::Channels::default());
        let metrics = Metrics::new(Sources { store, outbox: None, channels, charges: charges.clone() });
        charges.replace(charges.all().values().map(|charge| metrics.watch(Charge::clone(charge))));
        let parts = Parts {
            operations,
            desk,
            alerts,
            metrics: metrics.clone(),
            tokens: Arc::clone(&tokens),
            store: Arc::clone(&state),
            delivery,
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
        let server = Server::new(parts, limits);
        let server = tls.into_iter().fold(server, Server::with_tls);
        let running = tokio::spawn(server.run(listener, stop.clone()));
        let client = Client::builder().no_proxy().build().unwrap();
        let token = String::new();
        let mut house = Self {
            address,
            stop,
            store: state,
            tokens,
            clock,
            token,
            keyring,
            charges,
            metrics,
            running,
            rest,
            client,
        };
        house.publish(1, "the first value").await;
        house.token = house.grant("billing", &["payments/prod", "payments/absent"]).await.0;
        house
    }

    /// A request for a path, without a token.
    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("http://{}{path}", self.address))
    }

    /// A request with the token of `billing`, by the instance `b-1`.
    pub(crate) fn ask(&self, path: &str) -> RequestBuilder {
        self.get(path).bearer_auth(&self.token).header("keybaton-instance", "b-1")
    }

    /// A request with any method.
    pub(crate) fn call(&self, method: reqwest::Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.address))
    }

    /// Something that the same instance tells.
    pub(crate) fn tell(&self, path: &str, body: &serde_json::Value) -> RequestBuilder {
        let request = self.client.post(format!("http://{}{READ}{path}", self.address));
        request.bearer_auth(&self.token).header("keybaton-instance", "b-1").json(body)
    }

    /// Makes a token, and says its text and its name.
    pub(crate) async fn grant(&self, consumer: &str, secrets: &[&str]) -> (String, TokenId) {
        self.grant_as(Role::Reader, consumer, secrets).await
    }

    /// The same, for another purpose.
    pub(crate) async fn grant_as(&self, role: Role, consumer: &str, secrets: &[&str]) -> (String, TokenId) {
        let (token, id) = (AccessToken::draw().unwrap(), draw_token_id().unwrap());
        let grant = Grant {
            id: id.clone(),
            hash: token.hash(),
            role,
            consumer: consumer.to_owned(),
            secrets: secrets.iter().map(|name| name.parse().unwrap()).collect(),
            life: TokenLife::new(Duration::from_hours(1)).unwrap(),
            by: "test".to_owned(),
        };
        self.tokens.create_token(&grant).await.unwrap();
        (keybaton_testkit::text(token.text()), id)
    }

    /// Publishes a new credential of `payments/prod` under its own number; the one before is the previous one.
    pub(crate) async fn publish(&self, no: u64, value: &str) {
        let secret = secret("payments/prod");
        self.store.enroll(&secret).await.unwrap();
        let before = self.store.read(&secret).await.unwrap().unwrap().ledger;
        let mut changes: Vec<Change> = before.current_credential().into_iter().map(previous).collect();
        let published = Some(self.store.now().await.unwrap());
        changes.push(Change::Credential(credential(no)));
        changes.push(Change::Version(Version { no: VersionNo(no), credential: CredentialNo(no), published }));
        changes.push(Change::Current(VersionNo(no)));
        self.commit(changes, Some(self.sealed(&secret, no, value))).await;
    }

    /// Condemns a credential of `payments/prod`.
    pub(crate) async fn condemn(&self, no: u64) {
        self.commit(vec![Change::Credential(Credential { condemned: true, ..credential(no) })], None).await;
    }

    async fn commit(&self, changes: Vec<Change>, attached: Option<Attachment>) {
        let secret = secret("payments/prod");
        let lease = self.store.claim(&secret, "test", Duration::from_secs(10)).await.unwrap().unwrap();
        let expected = self.store.read(&secret).await.unwrap().unwrap().ledger.revision;
        let transition = Transition { changes, ..Transition::default() };
        let commit = Commit { expected, epoch: lease.epoch, at: self.store.now().await.unwrap(), transition };
        let note = Some("test".to_owned());
        let record =
            Record { actor: "test".to_owned(), event: None, note, heard: None, by: None, confirmed: Vec::new() };
        self.store.commit(&secret, &commit, &record, attached.as_ref()).await.unwrap();
        self.store.release(&lease).await.unwrap();
    }

    fn sealed(&self, secret: &SecretId, no: u64, value: &str) -> Attachment {
        let value = SecretValue::from_text(value.to_owned()).unwrap();
        let credential = CredentialNo(no);
        let binding = Binding { installation: self.store.installation(), secret, credential, part: Part::Value };
        Attachment {
            credential,
            value: self.keyring.seal(&value, &binding).unwrap(),
            rendering: None,
            fingerprint: self.keyring.fingerprint(&value).unwrap(),
            rendering_fingerprint: None,
        }
    }

    /// Everything that was seen of `payments/prod`.
    pub(crate) async fn sightings(&self) -> Vec<Sighting> {
        self.store.read(&secret("payments/prod")).await.unwrap().unwrap().sightings
    }

    /// Tells the server to stop, and waits until it has.
    pub(crate) async fn end(self) {
        self.stop.cancel();
        self.running.await.unwrap().unwrap();
        self.rest.cancel();
    }
}

pub(crate) fn secret(text: &str) -> SecretId {
    text.parse().unwrap()
}

fn credential(no: u64) -> Credential {
    Credential {
        no: CredentialNo(no),
        issued: Some(format!("key-{no}").as_str().into()),
        label: None,
        origin: Origin::Minted,
        stage: Stage::Current,
        far: Far::Active,
        condemned: false,
        born: START,
    }
}

fn previous(credential: &Credential) -> Change {
    Change::Credential(Credential { stage: Stage::Previous, ..credential.clone() })
}

fn charge(name: &str, clock: &ManualClock) -> Charge {
    let clock = clock.clone();
    let now = Arc::new(move || keybaton_store::Clock::now(&clock));
    let issuer = FakeIssuer::new(FakeSettings::default(), now);
    let minute = Duration::from_mins(1);
    let overlap =
        Overlap { min: minute, max: minute * 30, until: Until::AllConsumers, on_straggler: OnStraggler::Hold };
    Charge {
        secret: secret(name),
        owner: None,
        issuer_name: "fake".to_owned(),
        vault_name: "fake".to_owned(),
        issuer: Arc::new(issuer.clone()),
        probe: Arc::new(FakeProbe::new(issuer)),
        vault: Arc::new(FakeVault::new(Fencing::Fenced)),
        render: None,
        policy: Policy {
            overlap,
            watch: WatchFor { span: minute, every: minute, failures: 2 },
            rollback: Rollback::Auto,
            force_after: minute,
            ttl: minute * 10,
            max_stale: minute * 60,
            max_request: Duration::from_secs(10),
            consumers: Vec::new(),
            max_age: None,
        },
        schedule: None,
        lane: Arc::new(Lane::new(4, Duration::ZERO)),
    }
}

/// Nobody is told of anything.
struct NoAlerts;

#[async_trait::async_trait]
impl AlertDesk for NoAlerts {
    async fn list(&self) -> Result<document::Alerts, Failure> {
        let schema = document::Alerts::SCHEMA.to_owned();
        Ok(document::Alerts { schema, alerts: Vec::new(), channels: Vec::new() })
    }

    async fn test(&self, channel: &str, _: &str) -> Result<document::AlertTested, Failure> {
        Err(Failure::new(FailureKind::Usage, format!("there is no channel {channel}")))
    }
}
