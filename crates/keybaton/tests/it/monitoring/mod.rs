//! What Prometheus reads of a server, and what comes of it: the page, the rules, the dashboard.

mod dashboard;
mod page;
mod queried;
mod real;
mod rules;
