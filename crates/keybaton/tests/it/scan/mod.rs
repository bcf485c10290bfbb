//! `scan`: what it reads and what it does not, what it tells, and how it ends.

mod again;
mod bad;
mod exceptions;
mod folder;
mod history;
mod hostile;
mod output;
mod repository;
mod staged;
mod verify;
mod weak;

use repository::Repository;

/// A value that is found where a password stands.
const VALUE: &str = "Kx92kdls!q";

/// A line with a value.
const LINE: &str = "db_password = 'Kx92kdls!q'\n";
