//! Makes entries of values, where the values are; nothing of a value is in an entry.

use keybaton_seal::{Error, Fingerprinter, RecognitionKey, SecretValue};
use keybaton_types::{
    SecretId,
    document::{KnownAlphabet, KnownKey},
};
use memchr::memmem;

use super::{alphabet, piece, quick::Quick, within::is_edge};

/// The longest piece that is recorded; a text is never cut within so many bytes.
const LONGEST: usize = 16 * 1024;

/// Makes entries under the recognition key of an installation.
pub struct Recorder {
    fingerprinter: Fingerprinter,
    quick: Quick,
    entries: Vec<KnownKey>,
}

/// Whose value it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The secret.
    pub secret: SecretId,
    /// The newest version that holds it; 0 while it was never published.
    pub version: u64,
    /// Whether the issuer accepts it, as far as the ledger knows.
    pub valid: bool,
}

/// Why a value is not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unfit {
    /// It has fewer than 80 bits that cannot be guessed: its fingerprint would let others test guesses.
    Weak,
    /// The part that cannot be guessed has other characters than printable ASCII, or more than 16 KiB.
    Form,
}

impl Recorder {
    /// Records under this key.
    pub fn new(key: &RecognitionKey) -> Result<Self, Error> {
        Ok(Self { fingerprinter: key.fingerprinter()?, quick: Quick::new(key.seed()?), entries: Vec::new() })
    }

    /// Records a value, and what consumers read where the value alone would not be found in that.
    #[expect(clippy::disallowed_methods, reason = "the part that is fingerprinted is found in the value")]
    pub fn record(
        &mut self,
        holder: &Holder,
        value: &SecretValue,
        rendering: Option<&SecretValue>,
    ) -> Result<Option<Unfit>, Error> {
        let Some(piece) = piece::of(value.expose()) else { return Ok(Some(Unfit::Weak)) };
        let Some(alphabet) = alphabet::of(piece).filter(|_| piece.len() <= LONGEST) else {
            return Ok(Some(Unfit::Form));
        };
        self.add(holder, piece, alphabet)?;
        let grown = rendering.and_then(|rendering| glued(rendering.expose(), piece));
        if let Some(grown) = grown.filter(|grown| grown.len() <= LONGEST)
            && let Some(alphabet) = alphabet::of(grown)
        {
            self.add(holder, grown, alphabet)?;
        }
        Ok(None)
    }

    /// What was recorded.
    pub fn entries(self) -> Vec<KnownKey> {
        self.entries
    }

    fn add(&mut self, holder: &Holder, piece: &[u8], alphabet: KnownAlphabet) -> Result<(), Error> {
        let fingerprint = self.fingerprinter.of(&SecretValue::new(piece.to_vec())?)?.0;
        self.entries.push(KnownKey {
            fingerprint,
            check: self.quick.check(piece),
            length: u32::try_from(piece.len()).unwrap_or(u32::MAX),
            alphabet,
            secret: holder.secret.name().to_owned(),
            env: holder.secret.env().to_owned(),
            version: holder.version,
            valid: holder.valid,
        });
        Ok(())
    }
}

/// The word of a rendering in which a piece stands glued to other letters; none where it stands by itself.
fn glued<'r>(rendering: &'r [u8], piece: &[u8]) -> Option<&'r [u8]> {
    let start = memmem::find(rendering, piece)?;
    let end = start + piece.len();
    if is_edge(rendering, start) && is_edge(rendering, end) {
        return None;
    }
    let before = rendering[..start].iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let after = rendering[end..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    Some(&rendering[start - before..end + after])
}
