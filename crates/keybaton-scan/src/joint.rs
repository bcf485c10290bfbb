//! Finds literals that have a `_` or a `-` in them: one pass looks at every such sign, and at the two bytes before it.
//!
//! Most prefixes of tokens are such literals. The signs are a few in a hundred bytes, so one pass and a table lookup per
//! sign cost less than the many passes that a search for so many literals takes.

use memchr::memchr2_iter;

/// Literals with a sign in them, by the two bytes before the first sign that has so many.
#[derive(Debug)]
pub(crate) struct Joints {
    /// A bit for each pair of bytes that stands before a sign in some literal.
    pairs: Box<[u64; 1024]>,
    /// The literals, sorted by their pair.
    literals: Vec<Literal>,
}

#[derive(Debug)]
struct Literal {
    pair: u16,
    /// Where its sign is.
    sign: usize,
    text: Vec<u8>,
    no: usize,
}

impl Joints {
    /// Takes the literals that it can find; the others come back. They are named by the numbers beside them.
    pub(crate) fn new(literals: Vec<(Vec<u8>, usize)>) -> (Self, Vec<(Vec<u8>, usize)>) {
        let (mut found, mut others) = (Vec::new(), Vec::new());
        for (text, no) in literals {
            match (2..text.len()).find(|at| is_sign(text[*at])) {
                Some(sign) => found.push(Literal { pair: pair(&text, sign), sign, text, no }),
                None => others.push((text, no)),
            }
        }
        found.sort_by_key(|literal| literal.pair);
        let mut pairs = Box::new([0; 1024]);
        for literal in &found {
            pairs[usize::from(literal.pair) / 64] |= 1 << (literal.pair % 64);
        }
        (Self { pairs, literals: found }, others)
    }

    /// Tells where each literal is, and which one.
    pub(crate) fn each(&self, bytes: &[u8], found: &mut dyn FnMut(usize, usize)) {
        for sign in memchr2_iter(b'_', b'-', bytes) {
            if sign < 2 {
                continue;
            }
            let pair = pair(bytes, sign);
            if self.pairs[usize::from(pair) / 64] >> (pair % 64) & 1 == 1 {
                self.compare(bytes, sign, pair, found);
            }
        }
    }

    #[cold]
    fn compare(&self, bytes: &[u8], sign: usize, pair: u16, found: &mut dyn FnMut(usize, usize)) {
        let first = self.literals.partition_point(|literal| literal.pair < pair);
        for literal in self.literals[first..].iter().take_while(|literal| literal.pair == pair) {
            let Some(start) = sign.checked_sub(literal.sign) else { continue };
            if bytes[start..].starts_with(&literal.text) {
                found(start, literal.no);
            }
        }
    }
}

fn is_sign(byte: u8) -> bool {
    matches!(byte, b'_' | b'-')
}

fn pair(text: &[u8], sign: usize) -> u16 {
    u16::from_le_bytes([text[sign - 2], text[sign - 1]])
}

#[cfg(test)]
mod tests {
    use super::Joints;

    #[test]
    fn a_literal_is_found_at_its_start_wherever_its_sign_is() {
        let texts: Vec<(Vec<u8>, usize)> = ["ghp_", "sk-ant-", "-----BEGIN", "AKIA"]
            .iter()
            .zip(0..)
            .map(|(text, no)| (text.as_bytes().to_vec(), no))
            .collect();
        let (joints, others) = Joints::new(texts);
        assert_eq!(others, [(b"AKIA".to_vec(), 3)]);
        let mut seen = Vec::new();
        joints.each(b"_-ghp_x sk-ant--- ------BEGIN", &mut |at, no| seen.push((at, no)));
        assert_eq!(seen, [(2, 0), (8, 1), (19, 2)]);
    }
}
