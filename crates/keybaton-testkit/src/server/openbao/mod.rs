//! `OpenBao`, which speaks the API of `HashiCorp` Vault.

mod program;
mod server;

pub use server::OpenBao;
