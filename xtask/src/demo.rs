//! The demo as a newcomer starts it: it must end with a good verdict.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{child, parts::say, workspace::Workspace};

/// Runs the demo in the release profile and reads its verdict.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let mut command = child::cargo(&workspace.root, ["run", "--release", "--", "demo", "--json"]);
    let (text, succeeded) = child::capture(&mut command)?;
    say(text.trim_end());
    if !succeeded {
        bail!("`{}` failed", child::line(&command));
    }
    judge(&text)
}

fn judge(text: &str) -> Result<()> {
    let document: Value =
        serde_json::from_str(text).context("the demo printed something else than one JSON document")?;
    if document["ok"] != Value::Bool(true) {
        bail!("the demo's verdict is not ok");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_verdict_that_says_ok_is_good() {
        assert!(judge("{\"schema\":\"keybaton/demo/v1\",\"ok\":true}\n").is_ok());
        for text in ["", "ok", "{}", "{\"ok\":false}", "{\"ok\":\"true\"}", "{\"acts\":[{\"ok\":true}]}"] {
            assert!(judge(text).is_err(), "{text}");
        }
    }
}
