//! What the scanner promises, seen from outside.

mod scanner;
mod source;
mod suppress;
