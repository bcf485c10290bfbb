//! What an operator does beside rotating: tokens, backups, the doctor.

mod doctor;
mod state;
mod token;
