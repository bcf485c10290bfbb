//! "Did you mean": the closest of the words that are allowed.

/// The closest of `words` to what was written, if it is close enough to be meant: a letter or two away, or with the same
/// beginning.
pub(crate) fn closest<'w>(written: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let written = written.to_lowercase();
    let slips = if written.len() > 5 { 2 } else { 1 };
    let score = |word: &'w str| {
        let lower = word.to_lowercase();
        let few = lower.len() > 2 && strsim::damerau_levenshtein(&written, &lower) <= slips;
        (f64::from(u8::from(few)) + strsim::jaro_winkler(&written, &lower), word)
    };
    let best = words.into_iter().map(score).max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(score, _)| *score > 0.8).map(|(_, word)| word)
}

/// The words in a row, each quoted.
pub(crate) fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// A hint that names the closest word, or all of them.
pub(crate) fn hint(written: &str, words: &[&str]) -> String {
    match (closest(written, words.iter().copied()), words) {
        (Some(word), _) => format!("did you mean `{word}`?"),
        (None, []) => "nothing may stand here".to_owned(),
        (None, words) => format!("it is one of {}", list(words)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_finds_its_word_and_nonsense_finds_none() {
        let words = ["owner", "issuer", "overlap", "max_age"];
        assert_eq!(closest("ownr", words), Some("owner"));
        assert_eq!(closest("maxage", words), Some("max_age"));
        assert_eq!(closest("max-age", words), Some("max_age"));
        assert_eq!(closest("mni", ["min", "max"]), Some("min"));
        assert_eq!(closest("sk_live_51H8x", words), None);
    }
}
