//! A running sandbox.

use std::io;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::App;
use crate::dialect::Dialect;
use crate::key::Scope;
use crate::keyring::{Keyring, Rules};
use crate::options::Options;
use crate::server;
use crate::state::State;

/// A running sandbox. [`Sandbox::stop`] ends it in order; dropping it tells everything to end without waiting.
pub struct Sandbox {
    url: String,
    state: State,
    tasks: TaskTracker,
    stopping: CancellationToken,
    accepting: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts to listen; it accepts connections when this returns.
    ///
    /// # Errors
    /// `InvalidInput` for an address that is not loopback, an empty admin token, or an initial id that the dialect can't
    /// express; else what binding the address says.
    pub async fn start(options: Options) -> io::Result<Self> {
        check(&options)?;
        let listener = TcpListener::bind(options.listen).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let rules = Rules {
            propagation: options.propagation,
            revoke_lag: options.revoke_lag,
            max_credentials: options.max_credentials,
            page_size: if options.dialect == Dialect::Array { usize::MAX } else { options.page_size },
            scope_of_new: Scope::Granted,
        };
        let state = State::new(Keyring::new(rules, options.initial), options.dialect);
        let (tasks, stopping) = (TaskTracker::new(), CancellationToken::new());
        let app = App {
            state: state.clone(),
            dialect: options.dialect,
            admin_token: options.admin_token.into(),
            url: url.as_str().into(),
            tasks: tasks.clone(),
            stopping: stopping.clone(),
        };
        let accepting = tokio::spawn(server::accept(listener, app.router(), tasks.clone(), stopping.clone()));
        Ok(Self { url, state, tasks, stopping, accepting: Some(accepting) })
    }

    /// Returns `http://ADDRESS:PORT`, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the handle to look into the sandbox and to steer it.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Stops listening, ends all connections and waits for every task; effects that were still to come are dropped.
    pub async fn stop(mut self) {
        self.stopping.cancel();
        if let Some(accepting) = self.accepting.take() {
            // A task that panicked has nothing left to wait for.
            drop(accepting.await);
        }
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stopping.cancel();
        if let Some(accepting) = &self.accepting {
            accepting.abort();
        }
    }
}

fn check(options: &Options) -> io::Result<()> {
    let invalid = |words: String| Err(io::Error::new(io::ErrorKind::InvalidInput, words));
    if !options.listen.ip().is_loopback() {
        return invalid(format!("{} is not a loopback address", options.listen));
    }
    if options.admin_token.is_empty() {
        return invalid("the admin token is empty".to_owned());
    }
    let style = options.dialect.style();
    match options.initial.iter().find(|key| !style.permits(&key.id)) {
        Some(key) => invalid(format!("the dialect {} has no id like {:?}", options.dialect, key.id)),
        None => Ok(()),
    }
}
