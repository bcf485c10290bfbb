//! The ledger on SQLite, its in-memory twin, and the embedded vault.
