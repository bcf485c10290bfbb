//! The consumer library that a Rust service links.
