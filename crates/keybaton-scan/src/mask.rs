//! What a report may show of a value.

/// The most leading characters that a report ever shows.
const MOST_SHOWN: u8 = 4;

/// Stands for what is not shown; its length says nothing about that of the value.
const HIDDEN: &str = "********";

/// The value as a report may show it: `shown` leading characters, four at most, and stars.
pub fn mask(value: &[u8], shown: u8) -> String {
    let most = usize::from(shown.min(MOST_SHOWN)).min(value.len() / 4);
    let leading = value.iter().take(most).take_while(|byte| byte.is_ascii_graphic());
    leading.map(|byte| char::from(*byte)).chain(HIDDEN.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn a_mask_shows_four_characters_at_most_and_nothing_of_a_short_value() {
        assert_eq!(mask(b"ghp_0123456789abcdef", 200), "ghp_********");
        assert_eq!(mask(b"ghp_0123456789abcdef", 0), "********");
        assert_eq!(mask(b"abc", 4), "********");
    }
}
