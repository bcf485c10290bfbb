//! Who may read a file: its mode, owner and group.

use std::fmt;
use std::fs;
use std::str::FromStr;

use rustix::fs::{Gid, Uid};

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// The permissions.
    pub mode: Mode,
    /// The owner; ours when none is given.
    pub owner: Option<u32>,
    /// The group; ours when none is given.
    pub group: Option<u32>,
}

/// Permissions of a file that holds a secret: what everybody may do stays empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode(u32);

/// A text does not say who may read a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// It is no mode.
    #[error("`{0}` is not a mode; write four octal digits such as \"0640\"")]
    Mode(String),
    /// Everybody could read the file, or somebody run it.
    #[error("`{0}` would let everybody read the file, or run it; at most \"0660\"")]
    Open(String),
    /// There is no such name.
    #[error("there is no {kind} `{name}` in {file}; a number is taken as it is")]
    Unknown {
        /// User or group.
        kind: &'static str,
        /// What was asked for.
        name: String,
        /// Where it was looked for.
        file: &'static str,
    },
}

impl Access {
    /// For us alone.
    pub const PRIVATE: Self = Self { mode: Mode(0o600), owner: None, group: None };

    /// Looks the names up. They are numbers, or stand in `/etc/passwd` and `/etc/group`.
    pub fn new(mode: Option<&str>, owner: Option<&str>, group: Option<&str>) -> Result<Self, AccessError> {
        let mode = mode.map(str::parse).transpose()?.unwrap_or(Self::PRIVATE.mode);
        let owner = owner.map(|name| number("user", name, "/etc/passwd")).transpose()?;
        let group = group.map(|name| number("group", name, "/etc/group")).transpose()?;
        Ok(Self { mode, owner, group })
    }

    pub(super) fn uid(self) -> Option<Uid> {
        self.owner.map(Uid::from_raw)
    }

    pub(super) fn gid(self) -> Option<Gid> {
        self.group.map(Gid::from_raw)
    }
}

impl Mode {
    /// The bits.
    pub fn bits(self) -> u32 {
        self.0
    }
}

impl FromStr for Mode {
    type Err = AccessError;

    fn from_str(text: &str) -> Result<Self, AccessError> {
        let digits = (3..=4).contains(&text.len()) && text.bytes().all(|byte| (b'0'..b'8').contains(&byte));
        let bits = u32::from_str_radix(text, 8).ok().filter(|_| digits);
        let bits = bits.ok_or_else(|| AccessError::Mode(text.to_owned()))?;
        if bits & !0o660 == 0 { Ok(Self(bits)) } else { Err(AccessError::Open(text.to_owned())) }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04o}", self.0)
    }
}

/// The number of a user or group: the third field of its line.
pub(crate) fn number(kind: &'static str, name: &str, file: &'static str) -> Result<u32, AccessError> {
    if let Ok(number) = name.parse() {
        return Ok(number);
    }
    let lines = fs::read_to_string(file).unwrap_or_default();
    let found = lines.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(name)).then(|| fields.nth(1)?.parse().ok())?
    });
    found.ok_or_else(|| AccessError::Unknown { kind, name: name.to_owned(), file })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_for_everybody() {
        assert_eq!("0640".parse::<Mode>().unwrap().bits(), 0o640);
        assert_eq!("400".parse::<Mode>().unwrap().to_string(), "0400");
        for text in ["0644", "0777", "0750", "4640"] {
            assert_eq!(text.parse::<Mode>(), Err(AccessError::Open(text.to_owned())), "{text}");
        }
        for text in ["", "rw", "8", "00640", "+40"] {
            assert!(matches!(text.parse::<Mode>(), Err(AccessError::Mode(_))), "{text}");
        }
    }

    #[test]
    fn owners_are_names_or_numbers() {
        let access = Access::new(None, Some("root"), Some("12")).unwrap();
        assert_eq!((access.owner, access.group), (Some(0), Some(12)));
        assert!(matches!(Access::new(None, Some("no such user"), None), Err(AccessError::Unknown { .. })));
    }
}
