//! What is drawn: ids of versions, and tokens.

use data_encoding::HEXLOWER;

/// So many random bytes in hexadecimal digits.
pub(super) fn hex(bytes: usize) -> String {
    let mut drawn = vec![0_u8; bytes];
    #[expect(clippy::expect_used, reason = "ids that are all the same would make every test wrong")]
    getrandom::fill(&mut drawn).expect("randomness");
    HEXLOWER.encode(&drawn)
}
