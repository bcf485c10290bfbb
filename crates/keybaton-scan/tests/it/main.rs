//! What the scanner promises, seen from outside.

mod scanner;
