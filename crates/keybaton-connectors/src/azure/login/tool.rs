//! How the Azure CLI and the Azure Developer CLI are asked: without a terminal, and ended when nobody waits any more.

use std::ffi::OsStr;
use std::process::{Output, Stdio};

use async_trait::async_trait;
use azure_identity::Executor;

/// Runs a tool of a developer.
#[derive(Debug)]
pub(super) struct Tool;

#[async_trait]
impl Executor for Tool {
    async fn run(&self, program: &OsStr, args: &[&OsStr]) -> std::io::Result<Output> {
        let mut command = tokio::process::Command::new(program);
        command.args(args).stdin(Stdio::null()).kill_on_drop(true);
        command.output().await
    }
}
