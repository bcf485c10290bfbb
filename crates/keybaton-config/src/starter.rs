//! A file to begin with.

/// The keybaton.toml that `keybaton init` writes: valid as it is, without a secret, and with an example in comments
/// that is valid when they are removed.
pub fn starter() -> &'static str {
    include_str!("starter.toml")
}
