//! A far service whose JSON looks nothing like the default one: the sandbox in its `nested` dialect.

use std::time::Duration;

use keybaton_sandbox::{Dialect, InitialKey, Options, Sandbox, State};

/// The admin's token, in a file of the folder.
pub(crate) const ADMIN: &str = "adm1n-5c0ffee-0f-the-test";

/// The three-year-old key.
pub(crate) const OLD_ID: &str = "key/legacy+1";
pub(crate) const OLD_VALUE: &str = "sk_old_4f9a81c77e52";

/// Forms, a header of its own, wrapped answers, Unix times, `Link` paging, ids that need escaping.
const TABLE: &str = r#"
type = "http"
auth = { header = "X-Admin", prefix = "Token ", value = { file = "admin.token" } }
create  = { request = "POST /api/admin/credentials", form = { label = "{{ label }}" }, id = "$.result.credential.ref", value = "$.result.credential.material.token" }
list    = { request = "GET /api/admin/credentials", items = "$.result.items[*]", id = "$.credential.ref", label = "$.credential.label", created = "$.credential.times.created", last_used = "$.credential.times.used", creator = "$.credential.made_by", enabled = { path = "$.credential.state", equals = "ACTIVE" } }
disable = { request = "PUT /api/admin/credentials/{{ id }}/state", form = { state = "SUSPENDED" } }
enable  = { request = "PUT /api/admin/credentials/{{ id }}/state", form = { state = "ACTIVE" } }
revoke  = { request = "DELETE /api/admin/credentials/{{ id }}", gone = [404, 410] }
"#;

/// A running service with one old key.
pub(crate) struct Service {
    room: usize,
    sandbox: Sandbox,
    client: reqwest::Client,
}

impl Service {
    /// Starts it.
    pub(crate) async fn start() -> Self {
        Self::with_room(2).await
    }

    /// Starts it with room for so many keys.
    pub(crate) async fn with_room(room: usize) -> Self {
        Self::with_key(room, OLD_VALUE).await
    }

    /// Starts it with room for so many keys and another value of the old one.
    pub(crate) async fn with_key(room: usize, value: &str) -> Self {
        let options = Options {
            dialect: Dialect::Nested,
            max_credentials: Some(room),
            propagation: Duration::from_millis(100),
            revoke_lag: Duration::from_millis(100),
            page_size: 1,
            initial: vec![InitialKey::new(OLD_ID, value)],
            ..Options::new(ADMIN)
        };
        let sandbox = Sandbox::start(options).await.unwrap();
        Self { room, sandbox, client: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    /// To look into it and to steer it.
    pub(crate) fn state(&self) -> &State {
        self.sandbox.state()
    }

    pub(crate) fn url(&self) -> &str {
        self.sandbox.url()
    }

    /// `[issuer.stranger]`, with these settings of its own.
    pub(crate) fn table(&self, times: &str) -> String {
        format!("[issuer.stranger]\nbase = \"{}\"\nmax_credentials = {}\n{times}\n{TABLE}", self.url(), self.room)
    }

    /// A probe that asks the shallow route.
    pub(crate) fn probe(&self) -> String {
        format!("{{ http = \"GET {}/health\", bearer = \"{{{{ value }}}}\" }}", self.url())
    }

    /// Whether a consumer with this value is let in.
    pub(crate) async fn lets_in(&self, value: &str) -> bool {
        let asked = self.client.get(format!("{}/v1/work", self.url())).bearer_auth(value).send().await;
        asked.unwrap().status().is_success()
    }

    /// Waits until a value that was switched off is refused.
    pub(crate) async fn forgets(&self, value: &str) {
        while self.lets_in(value).await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// The ids of the keys that are alive.
    pub(crate) fn live(&self) -> Vec<String> {
        self.state().live_ids()
    }
}
