//! The commands through a server: the same as at the state itself, and what they say when it cannot be.

mod access;
mod alike;
mod answers;
mod rights;
mod side;
mod table;

pub(crate) use side::serve;
