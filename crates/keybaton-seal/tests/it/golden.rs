//! What is stored today opens tomorrow: one master key, one sealed value and what is derived, written down once.
//!
//! A change here is a change of the stored format: it needs a new format byte, not a new constant.

use data_encoding::HEXLOWER;
use keybaton_seal::{AuditSigner, Keyring, MasterKey};
use keybaton_types::Sealed;

use crate::house::{House, plain, value};

/// The bytes 0 to 31; its checksum was computed apart from this crate.
const MASTER: &str = "kbm1-aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypy7azc";
const ID: &str = "u4wag5c5";
const FINGERPRINT: &str = "2451e1a329df264e40bed9ba632b3dab";
const AUDIT_KEY: &str = "da72ccbfc482ed8b44c339aa6a331c3f06068a445dc258188e6cdaa77cd5651d";
const SEALED: &str = "010100000007a72c03745d73009a99d7a489db07647c1d7041dc2466aff3f57ea7259d05fce4f6a55716b29f6facaf0d1dcf\
    0fa526039942f76484d353ac8eaa0e85867083e14a5e255efff0653d18b782118b75800180e6577ed0e3b1f7a088a5e546c3\
    e55034de609af4e4e6abebf29362012cbb3a0125311555e84f6a94e8b3351a48e8ad5bf75ba3f9264a5379459834e9087384\
    42dec3c0";

#[test]
fn what_was_sealed_by_an_older_build_still_opens() {
    let house = House::new();
    let master = MasterKey::from_text(&value(MASTER)).unwrap();
    assert_eq!(master.id().unwrap().to_string(), ID);
    let keyring = Keyring::new(&master, &house.installation).unwrap();
    assert_eq!(keyring.fingerprint(&value("hunter2")).unwrap().0, FINGERPRINT);
    let signer = AuditSigner::new(&master, &house.installation).unwrap();
    assert_eq!(signer.key().to_string(), AUDIT_KEY);
    let sealed = Sealed(HEXLOWER.decode(SEALED.as_bytes()).unwrap());
    assert_eq!(plain(&keyring.open(&sealed, &house.binding()).unwrap()), b"hunter2");
}
