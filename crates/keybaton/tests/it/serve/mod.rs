//! `serve` and those who read from it over plain HTTP, without any code of ours.

mod gate;
mod grant;
mod house;
mod tls;
