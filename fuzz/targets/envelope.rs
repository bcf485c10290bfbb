//! Any bytes as a sealed value, and any change of a real one: it opens to what was sealed, or not at all.
#![no_main]

use keybaton_seal::{Binding, Keyring, MasterKey, Part, SecretValue};
use keybaton_types::{CredentialNo, Installation, Sealed, SecretId};
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

struct Stage {
    keyring: Keyring,
    installation: Installation,
    secret: SecretId,
    sealed: Sealed,
}

static STAGE: OnceLock<Stage> = OnceLock::new();

fn stage() -> &'static Stage {
    STAGE.get_or_init(|| {
        let installation = Installation("fuzz01".to_owned());
        let master = MasterKey::generate().expect("randomness");
        let keyring = Keyring::new(&master, &installation).expect("a keyring");
        let secret = SecretId::new("payments", "prod").expect("a name");
        let value = SecretValue::from_text("the only value".to_owned()).expect("a value");
        let binding = binding(&installation, &secret, 1);
        let sealed = keyring.seal(&value, &binding).expect("sealing");
        Stage { keyring, installation, secret, sealed }
    })
}

fn binding<'a>(installation: &'a Installation, secret: &'a SecretId, credential: u32) -> Binding<'a> {
    Binding { installation, secret, credential: CredentialNo(credential.into()), part: Part::Value }
}

fuzz_target!(|bytes: &[u8]| {
    let Stage { keyring, installation, secret, sealed } = stage();
    let bound = binding(installation, secret, 1);
    assert!(keyring.open(&Sealed(bytes.to_vec()), &bound).is_err(), "nobody sealed this");
    let mut changed = sealed.clone();
    for pair in bytes.chunks_exact(2) {
        let place = usize::from(pair[0]) % changed.0.len();
        changed.0[place] ^= pair[1];
    }
    let opened = keyring.open(&changed, &bound);
    assert_eq!(opened.is_ok(), changed == *sealed, "a changed value opens");
    let other = u32::from(bytes.first().copied().unwrap_or_default()) + 2;
    assert!(keyring.open(sealed, &binding(installation, secret, other)).is_err(), "it opens for another credential");
    let _ = Keyring::kek_id(&Sealed(bytes.to_vec()));
});
