//! Redis.

mod client;
mod server;

pub use client::RedisClient;
pub use server::Redis;
