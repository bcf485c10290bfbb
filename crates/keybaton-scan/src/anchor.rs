//! Finds many literals in one text by SIMD, in groups that are small enough for it, and the anchors of shapes so.

use aho_corasick::{
    AhoCorasick, Input, Span,
    packed::{self, Searcher},
};

use crate::{Rule, joint::Joints};

/// How many literals one pass over the text looks for. More of them make a pass slower than a second pass is.
const GROUP: usize = 16;

/// Texts that are searched for, named by their place in the list that they came in.
#[derive(Debug)]
pub(crate) struct Literals(Vec<Group>);

/// Literals that one pass looks for.
#[derive(Debug)]
struct Group {
    search: Search,
    first: usize,
}

#[derive(Debug)]
enum Search {
    Packed(Searcher),
    Plain(AhoCorasick),
}

impl Literals {
    /// Prepares the search. No literal may be the start of another one.
    pub(crate) fn new(literals: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let literals: Vec<Vec<u8>> = literals.into_iter().collect();
        let groups = literals.chunks(GROUP).zip(0..);
        Self(groups.filter_map(|(group, no)| Group::new(group, no * GROUP)).collect())
    }

    /// Tells where each literal is, and which one; in order within each group.
    pub(crate) fn each(&self, bytes: &[u8], found: &mut dyn FnMut(usize, usize)) {
        for group in &self.0 {
            let mut from = 0;
            while let Some((at, literal)) = group.next(bytes, from) {
                found(at, group.first + literal);
                from = at + 1;
            }
        }
    }
}

impl Group {
    fn new(literals: &[Vec<u8>], first: usize) -> Option<Self> {
        let search = match packed::Config::new().builder().extend(literals).build() {
            Some(searcher) => Search::Packed(searcher),
            None => Search::Plain(AhoCorasick::new(literals).ok()?),
        };
        Some(Self { search, first })
    }

    fn next(&self, bytes: &[u8], from: usize) -> Option<(usize, usize)> {
        let span = Span { start: from, end: bytes.len() };
        let found = match &self.search {
            Search::Packed(searcher) => searcher.find_in(bytes, span),
            Search::Plain(automaton) => automaton.find(Input::new(bytes).span(span)),
        }?;
        Some((found.start(), found.pattern().as_usize()))
    }
}

/// The anchors of a list of rules.
#[derive(Debug)]
pub(crate) struct Anchors {
    joints: Joints,
    literals: Literals,
    /// For each literal of the second search its number.
    numbers: Vec<usize>,
    /// For each literal the rules that want to look at what stands around it.
    wanted: Vec<Vec<u32>>,
}

impl Anchors {
    /// Prepares the search for the anchors of `rules`, which are named by their place in the list.
    pub(crate) fn new<'a>(rules: impl IntoIterator<Item = &'a Rule>) -> Self {
        let mut anchors: Vec<(&[u8], u32)> = Vec::new();
        for (rule, no) in rules.into_iter().zip(0..) {
            anchors.extend(rule.shape.anchors().iter().map(|anchor| (&**anchor, no)));
        }
        anchors.sort_unstable();
        let mut merged: Vec<(&[u8], Vec<u32>)> = Vec::new();
        for (anchor, no) in anchors {
            match merged.last_mut() {
                Some((shorter, rules)) if anchor.starts_with(shorter) => rules.push(no),
                Some(_) | None => merged.push((anchor, vec![no])),
            }
        }
        let texts = merged.iter().zip(0..).map(|((anchor, _), no)| (anchor.to_vec(), no)).collect();
        let (joints, mut others) = Joints::new(texts);
        // a pass compares as many bytes at once as its shortest literal has, four at most
        others.sort_by_key(|(anchor, _)| anchor.len().min(4));
        let (texts, numbers): (Vec<_>, Vec<_>) = others.into_iter().unzip();
        let wanted = merged.into_iter().map(|(_, rules)| rules).collect();
        Self { joints, literals: Literals::new(texts), numbers, wanted }
    }

    /// Tells for each anchor in `bytes` where it is, and which rule wants to know.
    pub(crate) fn each(&self, bytes: &[u8], found: &mut dyn FnMut(usize, u32)) {
        let tell = &mut |at, literal: usize| {
            for rule in &self.wanted[literal] {
                found(at, *rule);
            }
        };
        self.joints.each(bytes, tell);
        self.literals.each(bytes, &mut |at, literal| tell(at, self.numbers[literal]));
    }
}
