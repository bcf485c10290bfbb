//! Finds the anchors of all shapes in one text: rare literals, by SIMD, in groups that are small enough for it.

use aho_corasick::{
    AhoCorasick, Span,
    packed::{self, Searcher},
};

use crate::Rule;

/// How many anchors one pass over the text looks for. More of them make a pass slower than a second pass is.
const GROUP: usize = 16;

/// The anchors of a set of rules.
#[derive(Debug, Default)]
pub(crate) struct Anchors {
    groups: Vec<Group>,
}

/// Anchors that one pass looks for, and for each the rules that want to look at what stands around it.
#[derive(Debug)]
struct Group {
    search: Search,
    wanted: Vec<Vec<u32>>,
}

#[derive(Debug)]
enum Search {
    Packed(Searcher),
    Plain(AhoCorasick),
}

impl Anchors {
    /// Prepares the search for the anchors of `rules`, which are named by their place in the list.
    pub(crate) fn new<'a>(rules: impl IntoIterator<Item = &'a Rule>) -> Self {
        let mut wanted: Vec<(Vec<u8>, u32)> = Vec::new();
        for (rule, no) in rules.into_iter().zip(0..) {
            wanted.extend(rule.shape.anchors().iter().map(|anchor| (anchor.to_vec(), no)));
        }
        wanted.sort();
        let mut merged: Vec<(Vec<u8>, Vec<u32>)> = Vec::new();
        for (anchor, no) in wanted {
            match merged.last_mut() {
                Some((shorter, rules)) if anchor.starts_with(shorter) => rules.push(no),
                Some(_) | None => merged.push((anchor, vec![no])),
            }
        }
        merged.sort_by_key(|(anchor, _)| anchor.len().min(4));
        Self { groups: merged.chunks(GROUP).filter_map(Group::new).collect() }
    }

    /// Tells for each anchor in `bytes` where it is, and which rule wants to know.
    pub(crate) fn each(&self, bytes: &[u8], found: &mut dyn FnMut(usize, u32)) {
        for group in &self.groups {
            let mut from = 0;
            while let Some((at, pattern)) = group.next(bytes, from) {
                for rule in group.wanted.get(pattern).into_iter().flatten() {
                    found(at, *rule);
                }
                from = at + 1;
            }
        }
    }
}

impl Group {
    fn new(anchors: &[(Vec<u8>, Vec<u32>)]) -> Option<Self> {
        let texts = || anchors.iter().map(|(text, _)| text);
        let search = match packed::Config::new().builder().extend(texts()).build() {
            Some(searcher) => Search::Packed(searcher),
            None => Search::Plain(AhoCorasick::new(texts()).ok()?),
        };
        Some(Self { search, wanted: anchors.iter().map(|(_, rules)| rules.clone()).collect() })
    }

    fn next(&self, bytes: &[u8], from: usize) -> Option<(usize, usize)> {
        let span = Span { start: from, end: bytes.len() };
        let found = match &self.search {
            Search::Packed(searcher) => searcher.find_in(bytes, span),
            Search::Plain(automaton) => automaton.find(aho_corasick::Input::new(bytes).span(span)),
        }?;
        Some((found.start(), found.pattern().as_usize()))
    }
}
