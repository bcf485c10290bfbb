//! What is shipped beside the binary: the units of a supervisor, and what the binary says to one.

mod supervisor;
mod units;
