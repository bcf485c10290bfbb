//! The store from outside: one suite for both, the database against its twin, and the files.

mod audit;
mod contract;
mod differential;
mod engines;
mod files;
mod full;
mod house;
mod restored;
mod vault;
