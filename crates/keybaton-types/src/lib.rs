//! Names, numbers and JSON documents that every keybaton crate shares.
//!
//! What lives here has no behaviour beyond parsing, printing and serde. Every word is defined in GLOSSARY.md.

pub mod document;
mod duration;
mod id;
mod label;
mod name;
mod outcome;
mod phase;
mod reference;
mod role;
mod sealed;
mod time;
mod token;
pub mod wire;

pub use duration::{DurationError, parse_duration, show_duration};
pub use id::{CredentialNo, Epoch, IssuedId, OpSeq, Revision, RotationId, VersionNo};
pub use label::{Installation, Label};
pub use name::{NameError, SecretId};
pub use outcome::{Grade, Outcome};
pub use phase::Phase;
pub use reference::Reference;
pub use role::{Domain, Powers, Role, RoleError, Values};
pub use sealed::{Fingerprint, Sealed};
pub use time::{Moment, Timestamp};
pub use token::{
    TOKEN_DRAWN, TOKEN_LENGTH, TOKEN_PREFIX, Token, TokenHash, TokenId, TokenIdError, TokenLife, TokenLifeError,
    is_token, token_checksum,
};
