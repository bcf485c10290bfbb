//! The law: rotation, gate, health, schedule and ledger, pure.
