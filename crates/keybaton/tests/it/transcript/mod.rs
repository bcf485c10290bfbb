//! Transcripts: what a person types and sees, kept as text beside this file and played again here.
//!
//! A transcript is its own script: `$` begins a command for the shell, `#` a remark, and the rest is what came:
//! `1|` data, `2|` words, and the exit code. `KEYBATON_BLESS=1 cargo test -p keybaton --test it transcript` writes the
//! rest anew; read it aloud before it is committed.

mod mask;
mod page;
mod scenes;
mod shape;
