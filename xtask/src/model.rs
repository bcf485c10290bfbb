//! `cargo xtask model`: explores the model of a rotation and shows what it prints.

use anyhow::Result;
use clap::Args;

use crate::{child, workspace::Workspace};

/// How far to explore.
#[derive(Args)]
pub(crate) struct Options {
    /// Explore more than fits into a test run
    #[arg(long)]
    deep: bool,
}

/// Runs the model's tests with their output.
pub(crate) fn run(options: &Options) -> Result<()> {
    let workspace = Workspace::find()?;
    let args = ["test", "-p", "keybaton-core", "--test", "model", "--", "--nocapture"];
    let mut command = child::cargo(&workspace.root, args);
    if options.deep {
        command.env("KEYBATON_MODEL_DEEP", "1");
    }
    child::run(&mut command)
}
