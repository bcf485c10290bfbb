//! What keybaton-core promises, seen from outside.

mod schedule;
