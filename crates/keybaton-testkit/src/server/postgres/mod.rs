//! `PostgreSQL`.

mod binaries;
mod database;
mod server;
mod template;

pub use database::Database;
pub use server::Postgres;
