//! The keyring of one installation: it seals under one master key and opens under any that it holds.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use keybaton_types::{Fingerprint, Installation, Sealed};

use crate::data_key::DataKey;
use crate::envelope::{Envelope, Suite};
use crate::kek::Kek;
use crate::{AuditSigner, Binding, Error, Fingerprinter, KeyId, MasterKey, SecretValue, cipher};

/// Seals and opens the values of one installation: it writes with one master key and reads with any that it holds.
pub struct Keyring {
    installation: Installation,
    writing: Held,
    signer: AuditSigner,
    reading: Vec<Held>,
}

/// What the keyring derives from one master key.
struct Held {
    kek: Kek,
    fingerprinter: Fingerprinter,
}

impl Keyring {
    /// A keyring that seals and opens with `master`.
    pub fn new(master: &MasterKey, installation: &Installation) -> Result<Self, Error> {
        let writing = Held::new(master, installation)?;
        let signer = AuditSigner::new(master, installation)?;
        Ok(Self { installation: installation.clone(), writing, signer, reading: Vec::new() })
    }

    /// The same keyring, which also opens what was sealed under an older master key.
    pub fn reading(mut self, older: &MasterKey) -> Result<Self, Error> {
        self.reading.push(Held::new(older, &self.installation)?);
        Ok(self)
    }

    /// The id of the master key that seals.
    pub fn id(&self) -> KeyId {
        self.writing.kek.id()
    }

    /// What signs the checkpoints of the audit.
    pub fn signer(&self) -> &AuditSigner {
        &self.signer
    }

    /// The installation whose values these are.
    pub fn installation(&self) -> &Installation {
        &self.installation
    }

    /// The id of the master key under which a value was sealed; it is not authenticated until the value is opened.
    pub fn kek_id(sealed: &Sealed) -> Result<KeyId, Error> {
        Envelope::parse(sealed).map(|envelope| envelope.key_id)
    }

    /// Seals a value for one place; two seals of the same value never look alike.
    #[expect(clippy::disallowed_methods, reason = "sealing encrypts the value")]
    pub fn seal(&self, value: &SecretValue, binding: &Binding<'_>) -> Result<Sealed, Error> {
        let (suite, bound, data_key) = (Suite::of(value)?, binding.encoded(), DataKey::random()?);
        let (encryption, commitment) = data_key.committed(suite)?;
        let payload = cipher::encrypt(&encryption, &suite.bound(&bound), value.expose())?;
        let kek = &self.writing.kek;
        let wrapped = kek.wrap(&data_key, suite, &bound)?;
        let tag = kek.tag(&bound);
        Ok(Envelope { suite, key_id: kek.id(), tag, wrapped, commitment, payload: &payload }.sealed())
    }

    /// Opens a sealed value in the place for which it was sealed.
    pub fn open(&self, sealed: &Sealed, binding: &Binding<'_>) -> Result<SecretValue, Error> {
        let (envelope, bound) = (Envelope::parse(sealed)?, binding.encoded());
        let data_key = self.unwrap(&envelope, &bound)?;
        let encryption = data_key.encryption(envelope.suite, &envelope.commitment)?;
        let plain = cipher::decrypt(&encryption, &envelope.suite.bound(&bound), envelope.payload)?;
        SecretValue::copy_of(&plain)
    }

    /// Wraps the data key of a sealed value anew under this keyring's writing key; the payload stays as it is, and no
    /// value is decrypted. `old` opens the old wrapping; it may be this same keyring, if it reads the old key.
    pub fn rewrap(&self, sealed: &Sealed, old: &Self, binding: &Binding<'_>) -> Result<Sealed, Error> {
        let (envelope, bound) = (Envelope::parse(sealed)?, binding.encoded());
        let data_key = old.unwrap(&envelope, &bound)?;
        data_key.encryption(envelope.suite, &envelope.commitment)?;
        let kek = &self.writing.kek;
        let wrapped = kek.wrap(&data_key, envelope.suite, &bound)?;
        Ok(Envelope { key_id: kek.id(), tag: kek.tag(&bound), wrapped, ..envelope }.sealed())
    }

    /// The fingerprint of a value under the writing master key.
    pub fn fingerprint(&self, value: &SecretValue) -> Result<Fingerprint, Error> {
        self.writing.fingerprinter.of(value)
    }

    /// Whether `stored` is the fingerprint of `value` under any master key of this keyring, in constant time.
    pub fn matches(&self, value: &SecretValue, stored: &Fingerprint) -> Result<bool, Error> {
        for held in self.held() {
            let own = held.fingerprinter.of(value)?;
            if verify_slices_are_equal(own.0.as_bytes(), stored.0.as_bytes()).is_ok() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn unwrap(&self, envelope: &Envelope<'_>, bound: &[u8]) -> Result<DataKey, Error> {
        let held = self.held().find(|held| held.kek.id() == envelope.key_id);
        let kek = &held.ok_or_else(|| self.unknown(envelope.key_id))?.kek;
        kek.check_tag(&envelope.tag, bound)?;
        kek.unwrap(&envelope.wrapped, envelope.suite, bound)
    }

    fn held(&self) -> impl Iterator<Item = &Held> {
        std::iter::once(&self.writing).chain(&self.reading)
    }

    fn unknown(&self, sealed_under: KeyId) -> Error {
        Error::UnknownKey { sealed_under, at_hand: self.held().map(|held| held.kek.id()).collect() }
    }
}

impl Held {
    fn new(master: &MasterKey, installation: &Installation) -> Result<Self, Error> {
        let fingerprinter = Fingerprinter::new(master, installation)?;
        Ok(Self { kek: Kek::new(master, installation)?, fingerprinter })
    }
}
