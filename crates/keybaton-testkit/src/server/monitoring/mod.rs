//! Prometheus, Alertmanager and promtool as Debian packages them.

mod alertmanager;
mod prometheus;
mod promtool;

pub use alertmanager::Alertmanager;
pub use prometheus::Prometheus;
pub use promtool::promtool;
