//! Programs that xtask starts: from the workspace's root, without stdin, and without what cargo told xtask itself.
//!
//! `cargo run` describes xtask to xtask in its environment. Handed on, that would look like a change of environment to
//! every build script, and rebuild what is built already.

use std::{
    ffi::{OsStr, OsString},
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

/// What of `CARGO_*` is the user's own: where things are …
const KEPT: [&str; 3] = ["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_BUILD_JOBS"];

/// … and how to reach the network and the terminal.
const KEPT_PREFIXES: [&str; 4] = ["CARGO_HTTP_", "CARGO_NET_", "CARGO_REGISTR", "CARGO_TERM_"];

/// What would point a test at somebody's real state or server.
const PERSONAL: [&str; 3] = ["KEYBATON_CONFIG", "KEYBATON_SERVER", "KEYBATON_TOKEN"];

/// A call of the cargo that runs xtask.
pub(crate) fn cargo<const N: usize>(root: &Path, args: [&str; N]) -> Command {
    let mut command = program(root, std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.args(args);
    command
}

/// A call of any program.
pub(crate) fn program(root: &Path, name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root).stdin(Stdio::null());
    for (key, _) in std::env::vars_os() {
        if is_dropped(&key.to_string_lossy()) {
            command.env_remove(key);
        }
    }
    command
}

/// Runs a call to its end.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    let status = command.status().with_context(|| format!("start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed: {status}");
    }
    Ok(())
}

/// Runs a call to its end and returns what it printed on stdout, whatever its exit code says about it.
pub(crate) fn capture(command: &mut Command) -> Result<(String, bool)> {
    let line = line(command);
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("start `{line}`"))?;
    Ok((String::from_utf8_lossy(&output.stdout).into_owned(), output.status.success()))
}

/// A call as a person would type it.
pub(crate) fn line(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(name).chain(command.get_args()).map(OsStr::to_string_lossy);
    words.collect::<Vec<_>>().join(" ")
}

fn is_dropped(key: &str) -> bool {
    let is_cargos = ["CARGO_", "RUSTC", "RUSTDOC"].iter().any(|prefix| key.starts_with(prefix)) || key == "CARGO";
    let is_kept = KEPT.contains(&key) || KEPT_PREFIXES.iter().any(|prefix| key.starts_with(prefix));
    is_cargos && !is_kept || PERSONAL.contains(&key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_keeps_the_users_settings_and_loses_what_describes_xtask() {
        for kept in ["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_NET_OFFLINE", "CARGO_REGISTRIES_X_INDEX", "CI", "PATH"] {
            assert!(!is_dropped(kept), "{kept}");
        }
        for dropped in ["CARGO", "CARGO_PKG_NAME", "CARGO_MANIFEST_DIR", "RUSTC_WRAPPER", "KEYBATON_SERVER"] {
            assert!(is_dropped(dropped), "{dropped}");
        }
    }
}
