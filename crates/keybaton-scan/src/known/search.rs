//! Finds managed keys in texts by what is recorded of them.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    ops::Range,
};

use keybaton_seal::{Error, Fingerprinter, RecognitionKey, SecretValue};
use keybaton_types::{
    Fingerprint,
    document::{KnownAlphabet, KnownKey, ManagedFinding},
};

use super::{
    Holder, alphabet,
    escape::{self, Base64},
    quick::Quick,
    runs::Runs,
    within::is_edge,
};

/// The managed keys that a scan recognises. Made once, shared by all threads.
pub struct Known {
    fingerprinter: Fingerprinter,
    quick: Quick,
    tokens: Vec<Tokens>,
    base64: Option<Base64>,
    /// By the fingerprint: more than one where secrets share a value.
    keys: HashMap<String, Vec<ManagedFinding>>,
    ledger: Option<Ledger>,
}

/// Values that are too weak to be recorded, by the fingerprints of the state database.
struct Ledger {
    fingerprinter: Fingerprinter,
    keys: HashMap<String, Vec<ManagedFinding>>,
}

/// What is looked for among the tokens of one alphabet.
struct Tokens {
    alphabet: KnownAlphabet,
    runs: Runs,
    lengths: Vec<Length>,
}

/// What is looked for among the tokens of one length.
struct Length {
    bytes: usize,
    shift: u64,
    /// A bit for each check.
    seen: Box<[u64; 1024]>,
}

impl Known {
    /// Prepares the search for these keys.
    pub fn new(key: &RecognitionKey, entries: &[KnownKey]) -> Result<Self, Error> {
        let quick = Quick::new(key.seed()?);
        let mut sorted: BTreeMap<KnownAlphabet, BTreeMap<usize, HashSet<u16>>> = BTreeMap::new();
        let mut keys: HashMap<String, Vec<ManagedFinding>> = HashMap::new();
        for entry in entries {
            let length = usize::try_from(entry.length).unwrap_or(usize::MAX).max(1);
            sorted.entry(entry.alphabet).or_default().entry(length).or_default().insert(entry.check);
            let holders = keys.entry(entry.fingerprint.clone()).or_default();
            holders.push(managed(entry));
        }
        for holders in keys.values_mut() {
            // the one that matters most comes first
            holders.sort_by_key(|holder| std::cmp::Reverse((holder.valid, holder.version)));
            holders.dedup();
        }
        let tokens: Vec<Tokens> =
            sorted.into_iter().map(|(alphabet, lengths)| Tokens::new(alphabet, lengths, quick)).collect();
        let shortest = tokens.iter().filter_map(|tokens| Some(tokens.lengths.first()?.bytes)).min();
        Ok(Self {
            fingerprinter: key.fingerprinter()?,
            quick,
            tokens,
            base64: shortest.map(Base64::new),
            keys,
            ledger: None,
        })
    }

    /// The same, and values that are too weak to be recorded: what a rule has found is compared with them, by the
    /// fingerprints of the state database. Those stay where the master key is.
    #[must_use]
    pub fn asking(self, fingerprinter: Fingerprinter, held: impl IntoIterator<Item = (Fingerprint, Holder)>) -> Self {
        let mut keys: HashMap<String, Vec<ManagedFinding>> = HashMap::new();
        for (fingerprint, Holder { secret, version, valid }) in held {
            let (secret, env) = (secret.name().to_owned(), secret.env().to_owned());
            keys.entry(fingerprint.0).or_default().push(ManagedFinding { secret, env, version, valid });
        }
        Self { ledger: Some(Ledger { fingerprinter, keys }), ..self }
    }

    /// Who holds a value that a rule has found, if the ledger is at hand and says so.
    pub(super) fn ask(&self, value: &[u8]) -> &[ManagedFinding] {
        let Some(ledger) = self.ledger.as_ref().filter(|ledger| !ledger.keys.is_empty()) else { return &[] };
        let fingerprint = SecretValue::new(value.to_vec()).and_then(|value| ledger.fingerprinter.of(&value));
        fingerprint.ok().and_then(|fingerprint| ledger.keys.get(&fingerprint.0)).map_or(&[], Vec::as_slice)
    }

    /// What tells these keys from others. Their fingerprints are keyed, and none comes out of it.
    pub(crate) fn mark(&self) -> u64 {
        let mut names: Vec<&String> = self.keys.keys().collect();
        names.extend(self.ledger.iter().flat_map(|ledger| ledger.keys.keys()));
        names.sort_unstable();
        let mut hasher = DefaultHasher::new();
        names.hash(&mut hasher);
        hasher.finish()
    }

    /// How long the longest value is that is looked for, in bytes.
    pub(crate) fn longest(&self) -> usize {
        self.tokens.iter().filter_map(|tokens| Some(tokens.lengths.last()?.bytes)).max().unwrap_or(0)
    }

    /// How many values are known.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Hands out every place of a text where a managed key stands, as it is or encoded, with those that hold it.
    ///
    /// The time is proportional to the length of the text, and to the number of different lengths in texts that consist
    /// of nothing but token characters.
    pub fn each<'k>(&'k self, bytes: &[u8], found: &mut dyn FnMut(Range<usize>, &'k [ManagedFinding])) {
        let mut sums = Vec::new();
        self.plain(bytes, &self.tokens, &mut sums, found);
        if let Some(base64) = &self.base64 {
            base64.each(bytes, &mut |plain, end| {
                self.plain(&plain.bytes, &self.tokens, &mut sums, &mut |range, keys| {
                    found(plain.place(&range, end), keys);
                });
            });
        }
        let escaped = self.tokens.iter().position(|tokens| alphabet::is_escaped(tokens.alphabet));
        if let Some(first) = escaped {
            let tokens = &self.tokens[first..];
            for undo in [escape::urls, escape::strings] {
                undo(bytes, &mut |plain, end| {
                    self.plain(&plain.bytes, tokens, &mut sums, &mut |range, keys| {
                        found(plain.place(&range, end), keys);
                    });
                });
            }
        }
    }

    fn plain<'k>(
        &'k self,
        bytes: &[u8],
        tokens: &[Tokens],
        sums: &mut Vec<u64>,
        found: &mut dyn FnMut(Range<usize>, &'k [ManagedFinding]),
    ) {
        for tokens in tokens {
            tokens.runs.each(bytes, &mut |run| self.run(bytes, run, tokens, sums, found));
        }
    }

    /// Looks at every window of a run that may be a token.
    fn run<'k>(
        &'k self,
        bytes: &[u8],
        run: Range<usize>,
        tokens: &Tokens,
        sums: &mut Vec<u64>,
        found: &mut dyn FnMut(Range<usize>, &'k [ManagedFinding]),
    ) {
        sums.clear();
        for start in run.clone().filter(|start| is_edge(bytes, *start)) {
            for length in &tokens.lengths {
                let end = start + length.bytes;
                if end > run.end {
                    break;
                }
                if !is_edge(bytes, end) {
                    continue;
                }
                if sums.is_empty() {
                    self.quick.prefixes(&bytes[run.clone()], sums);
                }
                let (before, after) = (sums[start - run.start], sums[end - run.start]);
                if length.has(self.quick.between(before, after, length.shift))
                    && let Some(keys) = self.holders(&bytes[start..end])
                {
                    found(start..end, keys);
                }
            }
        }
    }

    fn holders(&self, token: &[u8]) -> Option<&[ManagedFinding]> {
        let fingerprint = self.fingerprinter.of(&SecretValue::new(token.to_vec()).ok()?).ok()?;
        self.keys.get(&fingerprint.0).map(Vec::as_slice)
    }
}

/// Neither the key nor a fingerprint is shown.
impl fmt::Debug for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Known").field("keys", &self.keys.len()).finish_non_exhaustive()
    }
}

impl Tokens {
    fn new(alphabet: KnownAlphabet, lengths: BTreeMap<usize, HashSet<u16>>, quick: Quick) -> Self {
        let shortest = lengths.keys().next().copied().unwrap_or(1);
        let lengths = lengths.into_iter().map(|(bytes, checks)| Length::new(bytes, quick.shift(bytes), &checks));
        Self { alphabet, runs: Runs::new(alphabet::characters(alphabet), shortest), lengths: lengths.collect() }
    }
}

impl Length {
    fn new(bytes: usize, shift: u64, checks: &HashSet<u16>) -> Self {
        let mut seen = Box::new([0; 1024]);
        for check in checks {
            seen[usize::from(check >> 6)] |= 1 << (check & 63);
        }
        Self { bytes, shift, seen }
    }

    fn has(&self, check: u16) -> bool {
        self.seen[usize::from(check >> 6)] >> (check & 63) & 1 == 1
    }
}

fn managed(entry: &KnownKey) -> ManagedFinding {
    ManagedFinding { secret: entry.secret.clone(), env: entry.env.clone(), version: entry.version, valid: entry.valid }
}
