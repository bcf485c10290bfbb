//! The connectors against services that are honest, hostile or broken.

mod aws;
mod azure;
mod bench;
mod channel;
mod cuts;
mod cutting;
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
mod tampering;
