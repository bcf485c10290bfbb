//! A secret of the far service that `serve` hands out, and a token for its consumers.

use rustix::process::Signal;

use super::crowd::Recruiter;
use super::far::Far;
use crate::stage::{Bench, Keybaton, Running, SECRET, Service};

/// What consumers may do: short terms, so that a test sees their end.
pub(super) const TERMS: &str = "overlap = { min = \"1s\", max = \"1h\" }\n\
    watch = { for = \"1s\", every = \"500ms\", failures = 2 }\nmax_request = \"1s\"\n";

/// A running server.
pub(super) struct Served {
    pub(super) url: String,
    serve: Running,
}

impl Served {
    /// Serves what stands in a folder, on a port that stays its own over restarts.
    pub(super) async fn start(keybaton: &Keybaton) -> Self {
        let config = std::fs::read_to_string(keybaton.path("keybaton.toml")).unwrap();
        if config.contains("127.0.0.1:0\"") {
            let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            keybaton.write("keybaton.toml", &config.replace("127.0.0.1:0\"", &format!("127.0.0.1:{port}\"")));
        }
        let mut serve = keybaton.start("serve");
        let line = serve.says("http://").await;
        let address = line.split("http://").nth(1).unwrap().split(',').next().unwrap().to_owned();
        Self { url: format!("http://{address}"), serve }
    }

    /// Ends it in order.
    pub(super) async fn close(self) {
        self.serve.signal(Signal::TERM);
        self.serve.ended().await.exits(0);
    }

    async fn crash(self) {
        self.serve.signal(Signal::KILL);
        self.serve.ended().await;
    }
}

/// Makes a token, in a file named after its consumer.
pub(super) async fn make_token(keybaton: &Keybaton, consumer: &str, secret: &str) {
    let made = keybaton.run(&format!("token create --consumer {consumer} --secret {secret}")).await.exits(0);
    keybaton.write(&format!("{consumer}.token"), &made.out);
}

/// A secret of the sandbox that is served.
pub(super) struct Site {
    pub(super) bench: Bench,
    pub(super) served: Served,
}

impl Site {
    /// With terms of the secret, and a token of the consumer `billing`.
    pub(super) async fn open(terms: &str) -> Self {
        Self::open_with_room(2, terms).await
    }

    /// The same at a service that has room for so many keys.
    pub(super) async fn open_with_room(room: usize, terms: &str) -> Self {
        let bench = Bench::at(Service::with_room(room).await, &format!("{TERMS}{terms}")).await;
        bench.adopt().await.exits(0);
        let served = Served::start(&bench.keybaton).await;
        make_token(&bench.keybaton, "billing", SECRET).await;
        Self { bench, served }
    }

    /// Instances of `billing` that call the far service.
    pub(super) fn recruiter(&self) -> Recruiter {
        self.recruiter_of("billing", SECRET)
    }

    pub(super) fn recruiter_of(&self, consumer: &str, secret: &str) -> Recruiter {
        Recruiter {
            server: self.served.url.clone(),
            token: self.bench.keybaton.path(&format!("{consumer}.token")),
            secret: secret.to_owned(),
            far: Far::Http(format!("{}/v1/work", self.bench.service.url())),
            pace_ms: 100,
        }
    }

    /// Ends the server without a word.
    pub(super) async fn crash(self) -> Bench {
        self.served.crash().await;
        self.bench
    }

    /// Ends the server in order.
    pub(super) async fn close(self) -> Bench {
        self.served.close().await;
        self.bench
    }

    /// Serves again, at the address that the consumers know.
    pub(super) async fn open_again(bench: Bench) -> Self {
        let served = Served::start(&bench.keybaton).await;
        Self { bench, served }
    }
}
