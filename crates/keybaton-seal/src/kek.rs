//! The key-encryption key: it wraps data keys, and knows the bindings under which it wrapped them.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use keybaton_types::Installation;

use crate::data_key::DataKey;
use crate::envelope::Suite;
use crate::key::Key;
use crate::{Error, KeyId, MasterKey, cipher};

/// The length of a wrapped data key.
pub(crate) const WRAPPED: usize = Key::LENGTH + cipher::OVERHEAD;

/// The keyed tag of a binding: it tells a record in the wrong place from a damaged one, before anything is unwrapped.
pub(crate) type BindingTag = [u8; 16];

/// The key-encryption key that one master key yields for one installation.
pub(crate) struct Kek {
    id: KeyId,
    wrapping: Key,
    tagging: hmac::Key,
}

impl Kek {
    pub(crate) fn new(master: &MasterKey, installation: &Installation) -> Result<Self, Error> {
        let tagging = master.derive("binding tag", installation)?;
        Ok(Self {
            id: master.id()?,
            wrapping: master.derive("key-encryption key", installation)?,
            tagging: hmac::Key::new(hmac::HMAC_SHA256, tagging.bytes()),
        })
    }

    /// The id of the master key that it was derived from.
    pub(crate) fn id(&self) -> KeyId {
        self.id
    }

    pub(crate) fn wrap(&self, key: &DataKey, suite: Suite, binding: &[u8]) -> Result<[u8; WRAPPED], Error> {
        let wrapped = cipher::encrypt(&self.wrapping, &self.bound(suite, binding), key.bytes())?;
        wrapped.try_into().map_err(|_| Error::Library("wrap a data key"))
    }

    pub(crate) fn unwrap(&self, wrapped: &[u8; WRAPPED], suite: Suite, binding: &[u8]) -> Result<DataKey, Error> {
        let bytes = cipher::decrypt(&self.wrapping, &self.bound(suite, binding), wrapped)?;
        DataKey::copy_of(&bytes).ok_or(Error::Tampered)
    }

    pub(crate) fn tag(&self, binding: &[u8]) -> BindingTag {
        let mut tag = BindingTag::default();
        let whole = hmac::sign(&self.tagging, binding);
        tag.iter_mut().zip(whole.as_ref()).for_each(|(short, byte)| *short = *byte);
        tag
    }

    pub(crate) fn check_tag(&self, claimed: &BindingTag, binding: &[u8]) -> Result<(), Error> {
        verify_slices_are_equal(&self.tag(binding), claimed).map_err(|_| Error::Foreign)
    }

    fn bound(&self, suite: Suite, binding: &[u8]) -> Vec<u8> {
        [&suite.bytes(), &self.id.0[..], binding].concat()
    }
}
