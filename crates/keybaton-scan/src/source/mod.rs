//! Where texts come from: folders, files of any size, standard input. Nothing is written, nothing is started.

mod decode;
mod folder;
mod pieces;
mod wide;

pub use decode::Decoding;
pub(crate) use decode::visit as decoded;
pub use folder::{Cut, Tally, Unread, Walk};
pub(crate) use pieces::is_plain;
pub use pieces::{Amount, Reading, look, read};
