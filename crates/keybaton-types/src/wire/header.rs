//! The headers of our own. Lower case, as HTTP libraries want constants.

/// Names the instance that reads; without it, the address of the connection does.
pub const INSTANCE: &str = "keybaton-instance";

/// How the reader treats the term of what it reads. See [`ENFORCED`].
pub const LEASE: &str = "keybaton-lease";

/// The value of [`LEASE`] by which a reader says that it never uses a value after `ttl + max_stale`, counted from before
/// it asked and by two clocks, and that it erases what is retiring and answers `dropped`. Our client and agent say so.
pub const ENFORCED: &str = "enforced";
