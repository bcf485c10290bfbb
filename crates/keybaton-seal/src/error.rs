//! What can go wrong with a secret value, an envelope or a master key. No variant carries a value, nor a part of one.

use std::io;
use std::path::PathBuf;

use crate::{AuditKey, KeyId};

/// What can go wrong with a secret value, an envelope or a master key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system or the cryptographic library gave no random bytes.
    #[error("no random bytes to be had from the operating system")]
    Random,
    /// The cryptographic library refused an operation that cannot fail on sound input: a bug of ours or of theirs.
    #[error("the cryptographic library refused to {0}")]
    Library(&'static str),

    /// A value is longer than a value may be.
    #[error("a value may have at most {limit} bytes, and this one has more")]
    TooLong {
        /// The most bytes that a value may have.
        limit: usize,
    },
    /// A value could not be read from its source.
    #[error("the value could not be read")]
    Read(#[source] io::Error),
    /// A drawn value was asked for in a way that makes no sense.
    #[error("no value can be drawn: {0}")]
    Draw(&'static str),
    /// A secret cannot sign webhooks.
    #[error("a secret that signs webhooks is `whsec_` and the base64 of 24 to 64 bytes")]
    WebhookKeyMalformed,
    /// A value cannot be a key of a storage account.
    #[error("a key of a storage account is the base64 of some bytes")]
    SharedKeyMalformed,
    /// A value cannot be the password of a database.
    #[error("a password must have at least one character, all of them printable ASCII")]
    NotPrintable,

    /// A sealed value has a format that this version does not know.
    #[error(
        "the sealed value has format {0}, which this version does not know: a newer keybaton wrote it, or it is damaged"
    )]
    UnknownFormat(u8),
    /// A sealed value names an algorithm that this version does not know.
    #[error(
        "the sealed value names algorithm {0}, which this version does not know: a newer keybaton wrote it, or it is damaged"
    )]
    UnknownAlgorithm(u8),
    /// A sealed value is not as long as its header says.
    #[error("the sealed value has {found} bytes and should have {stated}: it was cut or padded")]
    Truncated {
        /// How long the header says that it is; for a cut header, the shortest that a sealed value can be.
        stated: u64,
        /// How long it is.
        found: u64,
    },
    /// A sealed value was sealed under a master key that is not at hand.
    #[error("wrong master key: the value was sealed under key {sealed_under}, at hand is {}", list(.at_hand))]
    UnknownKey {
        /// The master key under which it was sealed.
        sealed_under: KeyId,
        /// The master keys at hand; the first is the one that seals.
        at_hand: Vec<KeyId>,
    },
    /// A sealed value was sealed for another installation, secret, environment, credential or part.
    #[error(
        "the sealed value belongs to another secret or credential: its record was swapped or copied, or is damaged"
    )]
    Foreign,
    /// A sealed value or its wrapped data key was changed.
    #[error("the sealed value was changed after it was sealed")]
    Tampered,
    /// A sealed value does not commit to the data key that its wrapping yields.
    #[error("the sealed value does not commit to its own key: it was forged or is damaged")]
    Uncommitted,

    /// There is no master key file.
    #[error("there is no master key at {}", .path.display())]
    MasterKeyMissing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// There is a file already where a master key was to be written.
    #[error("{} exists already, and a master key is never overwritten", .path.display())]
    MasterKeyExists {
        /// The file that was left as it is.
        path: PathBuf,
    },
    /// The file of the master key may be read by others than its owner.
    #[error("the master key {} has mode {mode:04o}, so that others than its owner may read it; it must be 0600 or 0400", .path.display())]
    MasterKeyReadable {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file of the master key could not be read or written.
    #[error("the master key {} could not be {what}", .path.display())]
    MasterKeyFile {
        /// The file.
        path: PathBuf,
        /// What was tried: `read` or `written`.
        what: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
    /// A text is not a master key.
    #[error("{whence} is not a whole master key: {why}")]
    MasterKeyMalformed {
        /// Where the text came from: the file, or a word for any other source.
        whence: String,
        /// What is wrong with its form.
        why: &'static str,
    },
    /// The master key is not the one with which the database was made.
    #[error("wrong master key: the database was made with key {database}, this is {this}")]
    WrongMasterKey {
        /// The master key of the database.
        database: KeyId,
        /// The master key at hand.
        this: KeyId,
    },

    /// A text is not an access token.
    #[error(
        "this is no whole access token: one is kbt_ and 49 letters and digits, of which the last six are a checksum"
    )]
    TokenMalformed,
    /// A text is not the id of a master key.
    #[error("this is not the id of a master key, which has eight of a-z and 2-7")]
    KeyIdMalformed,
    /// A text is not the public key of an audit trail.
    #[error("this is not the public key of an audit trail, which has 64 hexadecimal digits")]
    AuditKeyMalformed,
    /// A text is not a recognition key.
    #[error("this is not a recognition key, which has 64 hexadecimal digits")]
    RecognitionKeyMalformed,
    /// A signature is not the one that the key made over this text.
    #[error("the signature does not belong to this text and key {0}")]
    BadSignature(AuditKey),
}

fn list(ids: &[KeyId]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
