//! A state with a server beside it, and somebody who works on it: in its folder, or from a folder that knows nothing but
//! the address and a token.

use std::time::Duration;

use serde_json::Value;

use crate::stage::{Bench, Ended, Keybaton, Running, Service};

/// A key that is rotated by time, one whose consumer has to say that it has moved, and one whose issuer has no room. All of
/// them have a policy, so that no alert comes by itself.
const TERMS: &str = r#"
owner = "team-payments"
max_age = "3650d"
overlap = { min = "1s", max = "1h", until = "time" }
watch = { for = "1s", every = "500ms", failures = 2 }
[secret.payments.env.staging]
max_age = "3650d"
overlap = { min = "1s", max = "1h" }
watch = { for = "1s", every = "500ms", failures = 2 }
consumers = [{ name = "billing", evidence = "ack" }]
"#;

/// Where the commands are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Where {
    /// In the folder of the state.
    Here,
    /// Elsewhere.
    Afar,
}

/// A state with a server beside it, and somebody who works on it.
pub(super) struct Side {
    pub(super) bench: Bench,
    pub(super) url: String,
    afar: Option<Keybaton>,
    _serve: Running,
}

impl Side {
    /// Starts a state and its server.
    pub(super) async fn start(place: Where) -> Self {
        let service = Service::with_room(6).await;
        let tight = service.table("").replace("[issuer.stranger]", "[issuer.tight]");
        let tight = tight.replace("max_credentials = 6", "max_credentials = 1");
        let terms = format!(
            "{TERMS}\n{tight}\n[secret.tight]\nissuer = \"tight\"\nprobe = {}\n[secret.tight.env.prod]\n\
             overlap = {{ until = \"time\" }}\nmax_age = \"3650d\"\n",
            service.probe()
        );
        let bench = Bench::at(service, &terms).await;
        let token = token(&bench, "--operator ops --all --reveal").await;
        let (serve, url) = serve(&bench).await;
        let afar = (place == Where::Afar).then(|| caller(&url, &token));
        Self { bench, url, afar, _serve: serve }
    }

    /// Somebody elsewhere with another token.
    pub(super) async fn caller(&self, rights: &str) -> Keybaton {
        caller(&self.url, &token(&self.bench, rights).await)
    }

    fn keybaton(&self) -> &Keybaton {
        self.afar.as_ref().unwrap_or(&self.bench.keybaton)
    }

    /// Types a command.
    pub(super) async fn run(&self, line: &str, input: &str) -> Ended {
        self.keybaton().feed(line, input).await
    }

    /// Starts a command that goes on by itself.
    pub(super) fn begin(&self, line: &str) -> Running {
        self.keybaton().start(line)
    }

    /// Waits until nothing but a consumer is awaited.
    pub(super) async fn only_waits_for_consumers(&self, secret: &str) {
        self.until(&format!("explain {secret} --json"), |document| {
            let waits = document["waits"].as_array().unwrap();
            waits.len() == 1 && waits[0].as_str().unwrap().contains("billing")
        })
        .await;
    }

    /// Waits until no rotation is under way.
    pub(super) async fn rests(&self) {
        self.until("status --json", |document| {
            let rows = document["secrets"].as_array().unwrap();
            rows.iter().filter(|row| row["secret"] != "tight").all(|row| row["phase"] == "idle")
        })
        .await;
    }

    async fn until(&self, line: &str, is_so: impl Fn(&Value) -> bool) {
        let looked = async { while !is_so(&self.run(line, "").await.exits(0).json()) {} };
        tokio::time::timeout(Duration::from_mins(2), looked)
            .await
            .unwrap_or_else(|_| panic!("`{line}` never shows it"));
    }
}

/// Starts a server beside a state; says its address.
pub(crate) async fn serve(bench: &Bench) -> (Running, String) {
    let mut serve = bench.keybaton.start("serve");
    let line = serve.says("http://").await;
    let address = line.split("http://").nth(1).unwrap().split(',').next().unwrap();
    (serve, format!("http://{address}"))
}

/// Makes a token where the state is.
pub(super) async fn token(bench: &Bench, rights: &str) -> String {
    bench.run(&format!("token create {rights}")).await.exits(0).out.trim_end().to_owned()
}

/// An empty folder that knows a server and a token.
pub(super) fn caller(url: &str, token: &str) -> Keybaton {
    let mut keybaton = Keybaton::new();
    keybaton.set("KEYBATON_SERVER", url);
    keybaton.set("KEYBATON_TOKEN", token);
    keybaton
}
