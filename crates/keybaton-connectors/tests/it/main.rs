//! The connectors against services that are honest, hostile or broken.

#[cfg(feature = "aws")]
mod aws;
#[cfg(feature = "azure")]
mod azure;
mod bench;
mod channel;
mod cuts;
mod cutting;
#[cfg(feature = "azure")]
mod entra;
mod exec;
mod file;
mod folder;
mod hashicorp;
mod http;
mod kubernetes;
mod mariadb;
mod pair;
mod postgres;
mod preset;
mod publishing;
mod redis;
mod shared;
#[cfg(feature = "azure")]
mod storage;
mod tampering;
