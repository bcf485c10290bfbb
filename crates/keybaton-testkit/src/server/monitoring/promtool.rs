//! promtool, which checks and tries rules.

use std::path::Path;
use std::process::Command;

use crate::server::{program, skipped};

/// Runs it in a folder; says whether it was content, and everything that it said. `None` where the environment says to skip.
pub fn promtool(folder: &Path, args: &[&str]) -> Option<(bool, String)> {
    if skipped() {
        return None;
    }
    let mut command = Command::new(program::find("promtool", "promtool", "prometheus"));
    let ran = command.args(args).current_dir(folder).output().expect("run promtool");
    let said = [ran.stdout, ran.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    Some((ran.status.success(), said))
}
