//! The connectors against services that are honest, hostile or broken.

mod cutting;
mod exec;
mod file;
mod folder;
mod http;
mod mariadb;
mod postgres;
mod preset;
mod redis;
mod shared;
