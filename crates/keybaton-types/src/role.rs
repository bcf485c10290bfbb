//! What an access token is for: reading what it names, telling of alarms, or operating.

use std::{fmt, str::FromStr};

/// What an access token is for. Nobody can do with one what it does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// A consumer reads with it.
    #[default]
    Reader,
    /// An alert manager tells with it that calls are refused.
    Signal,
    /// A person or a pipeline does with it what the commands do.
    Operator(Powers),
}

/// How much an operator can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Powers {
    /// On which secrets.
    pub domain: Domain,
    /// Whether values are shown.
    pub values: Values,
}

/// On which secrets an operator works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// On those that its token names.
    Named,
    /// On every secret, and on what belongs to none: pauses of everything, the whole audit, tokens.
    All,
}

/// Whether an operator is shown values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// Never.
    Hidden,
    /// On request, which is audited.
    Shown,
}

/// A text is no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleError;

impl Role {
    /// What an operator with this role can do; `None` for everybody else.
    pub fn powers(self) -> Option<Powers> {
        match self {
            Self::Reader | Self::Signal => None,
            Self::Operator(powers) => Some(powers),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let powers = match self {
            Self::Reader => return f.write_str("reader"),
            Self::Signal => return f.write_str("signal"),
            Self::Operator(powers) => powers,
        };
        f.write_str(match (powers.domain, powers.values) {
            (Domain::Named, Values::Hidden) => "operator",
            (Domain::Named, Values::Shown) => "operator reveal",
            (Domain::All, Values::Hidden) => "operator all",
            (Domain::All, Values::Shown) => "operator all reveal",
        })
    }
}

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        let operator = |domain, values| Ok(Self::Operator(Powers { domain, values }));
        match text {
            "reader" => Ok(Self::Reader),
            "signal" => Ok(Self::Signal),
            "operator" => operator(Domain::Named, Values::Hidden),
            "operator reveal" => operator(Domain::Named, Values::Shown),
            "operator all" => operator(Domain::All, Values::Hidden),
            "operator all reveal" => operator(Domain::All, Values::Shown),
            _ => Err(RoleError),
        }
    }
}

impl fmt::Display for RoleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is not the role of a token")
    }
}

impl std::error::Error for RoleError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_written_and_read_back() {
        let mut roles = vec![Role::Reader, Role::Signal];
        for domain in [Domain::Named, Domain::All] {
            roles.extend([Values::Hidden, Values::Shown].map(|values| Role::Operator(Powers { domain, values })));
        }
        for role in roles {
            assert_eq!(role.to_string().parse(), Ok(role));
        }
        for text in ["", "Operator", "operator  all", "operator reveal all", "admin"] {
            assert_eq!(text.parse::<Role>(), Err(RoleError), "{text:?}");
        }
    }
}
