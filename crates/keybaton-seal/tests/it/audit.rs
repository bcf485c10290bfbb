//! Signed checkpoints.

use keybaton_seal::{AuditKey, AuditSigner, Error, MasterKey};
use keybaton_types::Installation;

use crate::house::{House, refused};

#[test]
fn a_signature_belongs_to_its_checkpoint_and_its_key() {
    let house = House::new();
    let signer = AuditSigner::new(&house.master, &house.installation).unwrap();
    let signature = signer.sign(b"heads").unwrap();
    assert!(signer.key().verify(b"heads", &signature).is_ok());
    assert!(matches!(refused(signer.key().verify(b"other heads", &signature)), Error::BadSignature(_)));
    let elsewhere = AuditSigner::new(&house.master, &Installation("zzzzzz".to_owned())).unwrap();
    assert!(matches!(refused(elsewhere.key().verify(b"heads", &signature)), Error::BadSignature(_)));
    for rubbish in ["", "zz", "00", &signature[2..]] {
        assert!(matches!(refused(signer.key().verify(b"heads", rubbish)), Error::BadSignature(_)), "{rubbish}");
    }
}

#[test]
fn the_same_master_key_signs_with_the_same_key_and_another_does_not() {
    let house = House::new();
    let key = AuditSigner::new(&house.master, &house.installation).unwrap().key();
    assert_eq!(key, AuditSigner::new(&house.master, &house.installation).unwrap().key());
    assert_ne!(key, AuditSigner::new(&MasterKey::generate().unwrap(), &house.installation).unwrap().key());
    assert_eq!(key.to_string().parse::<AuditKey>().unwrap(), key);
    assert!(matches!("00".parse::<AuditKey>(), Err(Error::AuditKeyMalformed)));
}
