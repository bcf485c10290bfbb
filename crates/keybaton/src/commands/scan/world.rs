//! What a scan needs only when it speaks with others: a runtime, and cryptography for it.

use keybaton_ports::{Failure, FailureKind};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio::runtime::{Builder, Runtime};

use crate::report::Report;

/// Starts both.
pub(super) fn runtime(report: &Report) -> Result<Runtime, Failure> {
    if CryptoProvider::get_default().is_none() && aws_lc_rs::default_provider().install_default().is_err() {
        report.words("warning: another TLS provider was installed before ours");
    }
    let runtime = Builder::new_multi_thread().enable_all().build();
    runtime
        .map_err(|error| Failure::new(FailureKind::Unknown, "the asynchronous runtime did not start").because(&error))
}
