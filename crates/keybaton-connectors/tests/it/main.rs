//! The connectors against services that are honest, hostile or broken.

mod http;
mod postgres;
