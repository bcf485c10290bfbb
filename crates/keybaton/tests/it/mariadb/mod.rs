//! Passwords and accounts of a real `MariaDB` server, rotated while consumers query it.

mod bench;
mod rotation;
