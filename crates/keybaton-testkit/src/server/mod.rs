//! Real servers on loopback.
//!
//! Each is one process with a folder of its own and a port that was free a moment ago, started by [`Spawner`] so that it
//! dies with the test binary however that ends. One shared server per test binary, isolation by names; fault tests start
//! a private one. A missing server fails the test with the command that installs it.

#[cfg(feature = "aws")]
mod aws;
mod azurite;
mod certificate;
mod folder;
mod javascript;
mod key_vault;
mod mail;
mod mariadb;
mod monitoring;
mod openbao;
mod postgres;
mod process;
mod program;
mod python;
mod redis;
mod running;
mod secure;
mod spawner;
mod web;

#[cfg(feature = "aws")]
pub use aws::{Aws, AwsKey};
pub use azurite::Azurite;
pub use javascript::javascript;
pub use key_vault::{KeyVault, Right, Switch, TENANT, Version, Weather};
pub use mail::Mail;
pub use mariadb::Mariadb;
pub use monitoring::{Alertmanager, Prometheus, promtool};
pub use openbao::OpenBao;
pub use postgres::{Database, Postgres};
pub use python::python;
pub use redis::{Redis, RedisClient};
pub(crate) use secure::{Secure, SecureListener};

use std::net::{Ipv4Addr, TcpListener};

/// Whether the environment says that tests against real servers are to be skipped.
pub fn skipped() -> bool {
    std::env::var_os("KEYBATON_SKIP_REAL").is_some_and(|says| says == "1")
}

/// A port on loopback that was free a moment ago.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("bind a port on loopback");
    listener.local_addr().expect("read the port").port()
}
