//! What every route needs, and the table of routes.

use std::sync::Arc;
use std::time::Duration;

use axum::{Router, middleware};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::dialect::Dialect;
use crate::state::State;
use crate::{admin, consumer, steering};

/// The longest that any fault waits.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// What every route needs.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) state: State,
    pub(crate) dialect: Dialect,
    pub(crate) admin_token: Arc<str>,
    /// `http://ADDRESS:PORT`, for absolute links.
    pub(crate) url: Arc<str>,
    /// Everything that runs beside a request.
    pub(crate) tasks: TaskTracker,
    pub(crate) stopping: CancellationToken,
}

/// Whether a wait came to its end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Waited {
    Fully,
    Interrupted,
}

impl App {
    pub(crate) fn router(self) -> Router {
        let admin = self.dialect.style().routes();
        let admin = admin.route_layer(middleware::from_fn_with_state(self.clone(), admin::require_dialect));
        admin.merge(consumer::routes()).merge(steering::routes(&self)).with_state(self)
    }

    /// Waits, but never longer than a minute and not beyond the end of the sandbox.
    pub(crate) async fn wait(&self, milliseconds: u64) -> Waited {
        let wait = Duration::from_millis(milliseconds).min(LONGEST_WAIT);
        tokio::select! {
            () = sleep(wait) => Waited::Fully,
            () = self.stopping.cancelled() => Waited::Interrupted,
        }
    }
}
