//! What an operator does beside rotating: tokens, backups, the doctor.

mod state;
mod token;
