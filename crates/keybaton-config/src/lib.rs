//! keybaton.toml, from raw to checked.
