//! Of access tokens.

use keybaton_config::Config;
use keybaton_core::civil::rfc3339;

use crate::doctor::{
    ground::Book,
    said::{Said, or},
};

/// So long before its end a token is worth a word: a week, in microseconds.
const SOON: i64 = 7 * 24 * 3600 * 1_000_000;

pub(super) fn tokens(_: &Config, book: &Book) -> Vec<Said> {
    let good = book.tokens.iter().filter(|token| token.is_good(book.now));
    let said = good.filter(|token| token.expires.0 - book.now.0 < SOON).map(|token| {
        let (consumer, expires) = (&token.consumer, rfc3339(token.expires));
        Said::warning(format!("the token of {consumer} is refused from {expires} on"))
            .on(&token.id)
            .fix(format!("keybaton token create --consumer {consumer} --secret NAME/ENV"))
    });
    or(said.collect(), "no token runs out within a week")
}
