//! What a person does at the desk before and beside rotations: looking around, setting up, asking for help.

mod completions;
mod config;
mod connector;
mod dev;
mod init;
mod man;
mod schema;
