//! Secret values, fingerprints, the sealed envelope and the master key.
//!
//! This is the only crate that names a cryptographic primitive, and the only one in which a plaintext has a type:
//! [`SecretValue`], with one door. What the store keeps of a value is what leaves here: a `Sealed` and a `Fingerprint`.
//!
//! The keys, from the root: the [`MasterKey`] is 32 random bytes in a file, a systemd credential or an environment
//! variable. HKDF-SHA256 derives from it, per installation, the key-encryption key, the fingerprint key and the
//! signing key of the audit trail. The key-encryption key wraps one random data key per sealed value; the data key
//! yields the encryption key and the commitment to it. Never in here: a ledger, SQL, configuration, retries.

mod access_token;
mod alphabet;
mod audit_signer;
mod binding;
mod chain;
mod cipher;
mod data_key;
mod draw;
mod envelope;
mod error;
mod fingerprint;
mod kek;
mod key;
mod key_id;
mod keyring;
mod master_key;
mod oddity;
mod password_digest;
mod recognition;
mod scram;
mod shared_key;
mod value;
mod webhook;

pub use access_token::{AccessToken, draw_token_id};
pub use alphabet::Alphabet;
pub use audit_signer::{AuditKey, AuditSigner};
pub use binding::{Binding, Part};
pub use chain::{Digester, chain, digest, digest_hex};
pub use draw::{draw, draw_installation, random_u64};
pub use error::Error;
pub use fingerprint::Fingerprinter;
pub use key_id::KeyId;
pub use keyring::Keyring;
pub use master_key::MasterKey;
pub use oddity::{Oddity, oddities};
pub use password_digest::{mysql_native_password_digest, redis_password_digest, storage_key_digest};
pub use recognition::RecognitionKey;
pub use scram::scram_sha_256_verifier;
pub use shared_key::SharedKey;
pub use value::SecretValue;
pub use webhook::WebhookKey;
