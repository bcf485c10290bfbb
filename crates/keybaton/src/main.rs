//! The keybaton command.
fn main() {}
