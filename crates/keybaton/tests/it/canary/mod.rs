//! No value in any stream, file or process of ours: the whole flow runs with values that are known here, and everything that
//! was written is searched for them. What hands a value out, the answer to a read and `get --reveal`, is not searched.

mod flow;
mod memory;
mod net;
