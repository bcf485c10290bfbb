//! A secret whose keys are made by hand, and the person who does it.

use serde_json::Value;

use crate::stage::{ADMIN, Bench, Ended, SECRET};

/// The deadline that no test reaches.
pub(crate) const DAYS: &str = "deadline = \"3d\"\nremind = \"1d\"";

/// The deadline that is over at once.
pub(super) const SECONDS: &str = "deadline = \"1s\"\nremind = \"1s\"";

const TERMS: &str = r#"
overlap = { min = "1s", max = "1h", until = "time" }
watch = { for = "1s", every = "500ms", failures = 2 }
"#;

/// A secret whose keys are made by hand, adopted; the bench's service is where a person makes them.
pub(crate) struct Hand {
    pub(crate) bench: Bench,
    client: reqwest::Client,
}

/// A key that a person has made.
pub(crate) struct Made {
    pub(crate) id: String,
    pub(crate) value: String,
}

impl Hand {
    pub(crate) async fn adopted(deadline: &str) -> Self {
        let bench = Bench::bare(TERMS).await;
        let text = format!(
            "version = 1\n[issuer.desk]\ntype = \"manual\"\nurl = \"{}/settings/keys\"\n\
             instructions = \"make a key named {{{{ label }}}} with the scope repo\"\n\
             revoke_instructions = \"delete the key {{{{ id }}}}\"\npropagation = \"200ms\"\n{deadline}\n\
             [secret.payments]\nissuer = \"desk\"\nprobe = {}\n[secret.payments.env.prod]\n{TERMS}",
            bench.service.url(),
            bench.service.probe()
        );
        bench.keybaton.write("keybaton.toml", &text);
        bench.adopt().await.exits(0);
        Self { bench, client: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    /// The person makes a key.
    pub(crate) async fn make(&self) -> Made {
        let request = self.client.post(self.url("")).header("X-Admin", format!("Token {ADMIN}"));
        let request = request.header("Content-Type", "application/x-www-form-urlencoded").body("label=by-hand");
        let made: Value = serde_json::from_slice(&request.send().await.unwrap().bytes().await.unwrap()).unwrap();
        let credential = &made["result"]["credential"];
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
        let made = Made { id: text(&credential["ref"]), value: text(&credential["material"]["token"]) };
        while !self.bench.service.lets_in(&made.value).await {
            tokio::task::yield_now().await;
        }
        made
    }

    /// The person deletes a key.
    pub(super) async fn delete(&self, id: &str) {
        let id = id.replace('/', "%2F").replace('+', "%2B");
        let request = self.client.delete(self.url(&format!("/{id}"))).header("X-Admin", format!("Token {ADMIN}"));
        let status = request.send().await.unwrap().status();
        assert!(status.is_success(), "{status}");
    }

    /// Hands a key over.
    pub(super) async fn hand(&self, id: &str, value: &str) -> Ended {
        self.bench.keybaton.feed(&format!("adopt {SECRET} --id {id}"), &format!("{value}\n")).await
    }

    /// Starts a rotation that waits for its key.
    pub(super) async fn ask(&self) {
        self.bench.run(&format!("rotate {SECRET}")).await.exits(6).says(&["make a key named kb1-"]);
    }

    /// What a person has to do, as the status tells it.
    pub(super) async fn errand(&self) -> Value {
        self.bench.status().await["errand"].clone()
    }

    fn url(&self, rest: &str) -> String {
        format!("{}/api/admin/credentials{rest}", self.bench.service.url())
    }
}
