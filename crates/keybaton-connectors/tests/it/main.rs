//! The connectors against services that are honest, hostile or broken.

mod file;
mod http;
mod postgres;
