//! `cargo xtask bless`: rewrites the generated references. The diff is the author's to read.

use anyhow::Result;
use clap::Args;

use crate::{child, workspace::Workspace};

/// What to rewrite.
#[derive(Args)]
pub(crate) struct Options {
    /// Run only tests whose names contain this
    filter: Option<String>,
}

/// Runs the tests that compare references, and lets them rewrite.
pub(crate) fn run(options: &Options) -> Result<()> {
    let workspace = Workspace::find()?;
    let args = ["test", "--workspace", "--no-fail-fast", "--lib", "--bins", "--test", "it", "--test", "reference"];
    let mut command = child::cargo(&workspace.root, args);
    command.args(&options.filter).env("KEYBATON_BLESS", "1");
    child::run(&mut command)
}
