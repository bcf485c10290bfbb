//! Which names of the configuration come nearest to one that it does not have.

use keybaton_types::SecretId;

/// How many are named at most.
const MOST: usize = 5;

/// The nearest names, nearest first, as words of a hint.
pub(super) fn nearest<'a>(wanted: &SecretId, known: impl Iterator<Item = &'a SecretId>) -> String {
    let written = wanted.to_string();
    let mut known: Vec<String> = known.map(ToString::to_string).collect();
    let all = known.len();
    if all <= MOST {
        return format!("the configuration names {}", known.join(", "));
    }
    known.sort_by(|a, b| strsim::jaro_winkler(&written, b).total_cmp(&strsim::jaro_winkler(&written, a)));
    known.truncate(MOST);
    format!("the nearest names are {}; `keybaton status` lists all {all}", known.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(wanted: &str, known: &[String]) -> String {
        let known: Vec<SecretId> = known.iter().map(|name| name.parse().unwrap()).collect();
        nearest(&wanted.parse().unwrap(), known.iter())
    }

    #[test]
    fn a_few_names_are_all_told() {
        let known = ["mail/prod".to_owned(), "payments/prod".to_owned()];
        assert_eq!(hint("payment/prod", &known), "the configuration names mail/prod, payments/prod");
    }

    #[test]
    fn of_many_names_the_nearest_come_first_and_five_are_enough() {
        let mut known: Vec<String> = (0..500).map(|no| format!("service-{no}/prod")).collect();
        known.extend(["payments/prod", "payments/staging"].map(str::to_owned));
        let hint = hint("paymnets/prod", &known);
        assert!(hint.starts_with("the nearest names are payments/prod, payments/staging, "), "{hint}");
        assert!(hint.ends_with("; `keybaton status` lists all 502") && hint.matches("/prod").count() <= MOST, "{hint}");
    }
}
