//! The product from end to end, and the shape of its house.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails the test")]

mod agent;
mod alert;
mod architecture;
mod aws;
mod canary;
mod consumers;
mod demo;
mod desk;
mod detour;
mod entra;
mod exec;
mod fault;
mod file_vault;
mod hashicorp;
mod hook;
mod howto;
mod http;
mod key_vault;
mod kill;
mod kubernetes;
mod manual;
mod mariadb;
mod monitoring;
mod operate;
mod outcome;
mod packaging;
mod postgres;
mod redis;
mod refusal;
mod remote;
mod scan;
mod serve;
mod signal;
mod stage;
mod storage;
mod transcript;
mod vendor;
mod words;
