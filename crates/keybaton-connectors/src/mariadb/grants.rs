//! What an account may do, copied to another: the server's own statements with another name in them.

use keybaton_ports::{Blame, Called, Certainty};
use sqlx::Row;

use super::quote::Account;
use super::session::Session;

/// Reads the statements that give `to` what `from` has.
pub(super) async fn copied(session: &mut Session, from: &Account, to: &Account) -> Called<Vec<String>> {
    let lost = Certainty::NotSent;
    let rows = session.rows(format!("SHOW GRANTS FOR {from}"), lost).await?;
    let mut statements = Vec::new();
    for row in rows {
        let shown: String = row.try_get_unchecked(0).map_err(|error| session.failed(&error, lost))?;
        let Some(statement) = renamed(&shown, from, to) else {
            let what = format!("a grant of {from} is not understood, so {to} cannot get the same");
            return Err(session.refused(Blame::Unsupported, &what));
        };
        statements.extend(limiting(statement, to));
    }
    Ok(statements)
}

/// Usage is no privilege, and granting it needs some: what its row says beside that are limits of the account.
fn limiting(statement: String, to: &Account) -> Option<String> {
    match statement.strip_prefix(&format!("GRANT USAGE ON *.* TO {to}")) {
        Some("") => None,
        Some(limits) if !limits.contains("GRANT OPTION") => Some(format!("ALTER USER {to}{limits}")),
        _ => Some(statement),
    }
}

/// The same statement for another account, without the way in.
fn renamed(shown: &str, from: &Account, to: &Account) -> Option<String> {
    let word = if shown.starts_with("SET DEFAULT ROLE ") { "FOR" } else { "TO" };
    let (given, rest) = shown.rsplit_once(&format!(" {word} {from}"))?;
    let known = given.starts_with("GRANT ") || word == "FOR";
    let rest = if rest.starts_with(" IDENTIFIED ") {
        [" REQUIRE ", " WITH "].iter().filter_map(|word| rest.find(word)).min().map_or("", |at| &rest[at..])
    } else {
        rest
    };
    let plain = rest.is_empty() || rest.starts_with(" REQUIRE ") || rest.starts_with(" WITH ");
    (known && plain).then(|| format!("{given} {word} {to}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(shown: &str) -> Option<String> {
        renamed(shown, &Account::new("a", "%").unwrap(), &Account::new("b", "%").unwrap())
    }

    #[test]
    fn every_form_of_a_grant_gets_the_other_name_and_no_way_in() {
        for (shown, expected) in [
            ("GRANT USAGE ON *.* TO `a`@`%` IDENTIFIED BY PASSWORD '*AB'", "GRANT USAGE ON *.* TO `b`@`%`"),
            (
                "GRANT USAGE ON *.* TO `a`@`%` IDENTIFIED VIA x USING '*AB' OR y USING 'c' REQUIRE SSL WITH MAX_USER_CONNECTIONS 7",
                "GRANT USAGE ON *.* TO `b`@`%` REQUIRE SSL WITH MAX_USER_CONNECTIONS 7",
            ),
            (
                "GRANT SELECT ON `d`.* TO `a`@`%` WITH GRANT OPTION",
                "GRANT SELECT ON `d`.* TO `b`@`%` WITH GRANT OPTION",
            ),
            ("GRANT `r` TO `a`@`%`", "GRANT `r` TO `b`@`%`"),
            ("SET DEFAULT ROLE `r` FOR `a`@`%`", "SET DEFAULT ROLE `r` FOR `b`@`%`"),
        ] {
            assert_eq!(given(shown).as_deref(), Some(expected));
        }
    }

    #[test]
    fn usage_is_nothing_to_grant_and_its_limits_belong_to_the_account() {
        let to = Account::new("b", "%").unwrap();
        let limited = |rest: &str| limiting(format!("GRANT USAGE ON *.* TO `b`@`%`{rest}"), &to);
        assert_eq!(limited(""), None);
        assert_eq!(limited(" REQUIRE SSL").unwrap(), "ALTER USER `b`@`%` REQUIRE SSL");
        assert_eq!(limited(" WITH GRANT OPTION").unwrap(), "GRANT USAGE ON *.* TO `b`@`%` WITH GRANT OPTION");
    }

    #[test]
    fn what_is_not_understood_is_not_guessed() {
        for shown in ["GRANT SELECT ON `d`.* TO `c`@`%`", "REVOKE X TO `a`@`%`", "GRANT X TO `a`@`%` AS `c`"] {
            assert_eq!(given(shown), None, "{shown}");
        }
    }
}
