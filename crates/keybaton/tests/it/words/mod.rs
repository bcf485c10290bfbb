//! Words: help, colour, width, and which stream they go to.

mod color;
mod help;
mod streams;
