//! Drawing: new values, the name of an installation, numbers. The dice of the house are all here.

use aws_lc_rs::rand;
use keybaton_types::Installation;
use zeroize::Zeroizing;

use crate::{Alphabet, Error, SecretValue};

/// Draws a value of `length` characters, each equally likely to be any of the alphabet.
pub fn draw(alphabet: &Alphabet, length: usize) -> Result<SecretValue, Error> {
    if length == 0 {
        return Err(Error::Draw("it would be empty"));
    }
    if length > SecretValue::LIMIT {
        return Err(Error::TooLong { limit: SecretValue::LIMIT });
    }
    SecretValue::copy_of(&sample(alphabet.characters(), length)?)
}

/// Draws the name of a new state database: six of `[a-z0-9]`.
pub fn draw_installation() -> Result<Installation, Error> {
    let drawn = sample(Alphabet::LOWERCASE.characters(), 6)?;
    Ok(Installation(drawn.iter().copied().map(char::from).collect()))
}

/// Draws a number, each equally likely.
pub fn random_u64() -> Result<u64, Error> {
    let mut bytes = [0; size_of::<u64>()];
    rand::fill(&mut bytes).map_err(|_| Error::Random)?;
    Ok(u64::from_ne_bytes(bytes))
}

/// Rejection sampling: bytes from the uneven rest of 256 are drawn again, so that no character is likelier.
pub(crate) fn sample(characters: &[u8], length: usize) -> Result<Zeroizing<Vec<u8>>, Error> {
    let even = 256 - 256 % characters.len();
    let mut drawn = Zeroizing::new(Vec::with_capacity(length));
    let mut dice = Zeroizing::new([0; 64]);
    while drawn.len() < length {
        rand::fill(&mut dice[..]).map_err(|_| Error::Random)?;
        let fair = dice.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < even);
        let missing = length - drawn.len();
        drawn.extend(fair.take(missing).map(|byte| characters[byte % characters.len()]));
    }
    Ok(drawn)
}
