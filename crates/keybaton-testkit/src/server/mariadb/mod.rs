//! `MariaDB`.

mod server;
mod template;

pub use server::Mariadb;
