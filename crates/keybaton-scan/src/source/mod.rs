//! Where texts come from: folders, files of any size, standard input. Nothing is written, nothing is started.

mod decode;
mod folder;
mod pieces;
mod wide;

pub use decode::Decoding;
pub(crate) use decode::visit as decoded;
pub use folder::{Tally, Unread, Walk};
pub use pieces::{Reading, look, read};
