//! The server as a whole: what it is made of, and its life. How connections are taken is `listen.rs`.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use keybaton_engine::{Alarms, delivery::Delivery};
use keybaton_ports::{AlertDesk, Operations, Store, TokenDesk, Tokens};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    api,
    door::{Door, Here},
    listen,
    metrics::Metrics,
    tls::Tls,
};

/// What the server answers from.
#[derive(Clone)]
pub struct Parts {
    /// What an operator can do.
    pub operations: Arc<dyn Operations>,
    /// Where tokens are made, listed and revoked.
    pub desk: Arc<dyn TokenDesk>,
    /// Where alerts are listed, and channels tried.
    pub alerts: Arc<dyn AlertDesk>,
    /// What Prometheus reads.
    pub metrics: Metrics,
    /// Who may ask.
    pub tokens: Arc<dyn Tokens>,
    /// Whether the state answers.
    pub store: Arc<dyn Store>,
    /// What consumers get.
    pub delivery: Delivery,
}

/// What one asker, or all of them, can take of the server.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections at once; the next ones wait until one ends.
    pub connections: usize,
    /// Requests per second and token, after [`Limits::burst`].
    pub rate: u32,
    /// Requests of one token that may come at once: whoever is told of a publish, comes.
    pub burst: u32,
    /// How long a token that was looked up is believed.
    pub trust: Duration,
    /// How long a client may take for the head of a request, and between two requests.
    pub head: Duration,
    /// How long a client may take for the body of a request.
    pub body: Duration,
    /// How long requests that have begun may take to end when the server does.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 20_000,
            rate: 2_000,
            burst: 20_000,
            trust: Duration::from_millis(500),
            head: Duration::from_secs(75),
            body: Duration::from_secs(10),
            farewell: Duration::from_secs(5),
        }
    }
}

/// What every handler sees.
pub(crate) struct Shared {
    pub(crate) parts: Parts,
    pub(crate) door: Door,
    pub(crate) alarms: Alarms,
    pub(crate) limits: Limits,
    /// The server ends: nobody waits any longer.
    pub(crate) stop: CancellationToken,
}

/// Takes requests until it is told to stop.
pub struct Server {
    parts: Parts,
    limits: Limits,
    tls: Option<Tls>,
}

impl Server {
    /// A server over these parts.
    pub fn new(parts: Parts, limits: Limits) -> Self {
        Self { parts, limits, tls: None }
    }

    /// The same, with a certificate.
    #[must_use]
    pub fn with_tls(self, tls: Tls) -> Self {
        Self { tls: Some(tls), ..self }
    }

    /// Serves until `stop`; requests that have begun are answered first.
    pub async fn run(self, listener: TcpListener, stop: CancellationToken) -> std::io::Result<()> {
        let address = listener.local_addr()?;
        let router = self.router(address, stop.clone());
        let watch = self.tls.clone().map(|tls| tokio::spawn(tls.watch(stop.clone())));
        listen::serve(listener, self.tls.as_ref(), router, &self.limits, stop).await?;
        if let Some(watch) = watch {
            let _ = watch.await;
        }
        Ok(())
    }

    fn router(&self, address: SocketAddr, stop: CancellationToken) -> axum::Router {
        let door = Door::new(Arc::clone(&self.parts.tokens), Here::at(address), &self.limits);
        let (parts, limits) = (self.parts.clone(), self.limits.clone());
        let alarms = Alarms::new(Arc::clone(&parts.store));
        api::router(Arc::new(Shared { parts, door, alarms, limits, stop }))
    }
}
