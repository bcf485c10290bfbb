//! Who may read the file: its mode, owner and group.

use std::fs;
use std::path::Path;

use keybaton_ports::{Blame, Called, Certainty, Fault};
use rustix::fs::{Gid, Mode, Stat, Uid};

use super::entry::unfit;
use super::settings::VaultSettings;
use crate::build::BuildError;

/// What everybody on the machine may do with a file.
const EVERYBODY: Mode = Mode::RWXO;

/// The mode of a file that was not there before.
const NEW: Mode = Mode::RUSR.union(Mode::WUSR);

/// Who may read the file; what is not said stays as it is.
#[derive(Clone, Debug)]
pub(super) struct Access {
    mode: Option<Mode>,
    owner: Option<Who>,
    group: Option<Who>,
    readers: Readers,
}

/// Whether everybody may read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Readers {
    Some,
    Everybody,
}

/// A user or a group.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Who {
    Number(u32),
    Name(String),
}

/// What a file gets before it is put in place.
pub(super) struct Rights {
    pub(super) mode: Mode,
    pub(super) owner: Option<Uid>,
    pub(super) group: Option<Gid>,
}

impl Access {
    pub(super) fn new(settings: &VaultSettings) -> Result<Self, BuildError> {
        let readers = if settings.world_readable { Readers::Everybody } else { Readers::Some };
        let mode = settings.mode.as_deref().map(|text| mode(text, readers)).transpose()?;
        let (owner, group) = (who("owner", settings.owner.as_deref())?, who("group", settings.group.as_deref())?);
        Ok(Self { mode, owner, group, readers })
    }

    /// What a file gets that takes the place of this one.
    pub(super) fn rights(&self, before: Option<&Stat>) -> Called<Rights> {
        let kept = before.map_or(NEW, |stat| Mode::from_raw_mode(stat.st_mode));
        let mode = self.mode.unwrap_or(kept);
        if mode.intersects(EVERYBODY) && self.readers == Readers::Some {
            return Err(unfit("everybody on this machine may read it: chmod o= FILE, or say world_readable = true"));
        }
        let owner = number("owner", self.owner.as_ref(), "/etc/passwd")?.map(Uid::from_raw);
        let group = number("group", self.group.as_ref(), "/etc/group")?.map(Gid::from_raw);
        let (had_owner, had_group) =
            (before.map(|stat| Uid::from_raw(stat.st_uid)), before.map(|stat| Gid::from_raw(stat.st_gid)));
        Ok(Rights { mode, owner: owner.or(had_owner), group: group.or(had_group) })
    }
}

fn mode(text: &str, readers: Readers) -> Result<Mode, BuildError> {
    let is_octal = (3..=4).contains(&text.len()) && text.bytes().all(|digit| (b'0'..=b'7').contains(&digit));
    let bits = u32::from_str_radix(text, 8).ok().filter(|bits| is_octal && *bits <= 0o777);
    let mode = Mode::from_raw_mode(bits.ok_or_else(|| BuildError::setting("mode", "it is octal, such as \"0640\""))?);
    if !mode.contains(Mode::RUSR) {
        return Err(BuildError::setting("mode", "its owner could not read it"));
    }
    if mode.intersects(EVERYBODY) && readers == Readers::Some {
        let what = "everybody on the machine could read the secret; world_readable = true allows it";
        return Err(BuildError::setting("mode", what));
    }
    Ok(mode)
}

fn who(at: &str, text: Option<&str>) -> Result<Option<Who>, BuildError> {
    let Some(text) = text else { return Ok(None) };
    if text.is_empty() || text.contains([':', '\n', '/']) {
        return Err(BuildError::setting(at, "it is a name or a number"));
    }
    Ok(Some(text.parse().map_or_else(|_| Who::Name(text.to_owned()), Who::Number)))
}

/// The number of a user or group, as the machine's own table has it.
fn number(what: &str, who: Option<&Who>, table: &str) -> Called<Option<u32>> {
    let name = match who {
        None => return Ok(None),
        Some(Who::Number(number)) => return Ok(Some(*number)),
        Some(Who::Name(name)) => name,
    };
    let text = fs::read_to_string(table).map_err(|error| super::failure::failed("read", Path::new(table), error))?;
    let fields = text.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let found =
        fields.filter(|fields| fields.first() == Some(&name.as_str())).find_map(|fields| fields.get(2)?.parse().ok());
    let unknown = || Fault::new(Blame::NotFound, Certainty::NotSent, format!("the {what} {name} is not in {table}"));
    found.map(Some).ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(table: serde_json::Value) -> Result<Access, BuildError> {
        Access::new(&serde_json::from_value(table).unwrap())
    }

    #[test]
    fn a_mode_is_octal_and_closed_to_everybody_unless_asked() {
        for text in ["640", "0600", "0440"] {
            assert!(access(serde_json::json!({ "mode": text })).is_ok(), "{text}");
        }
        for text in ["", "6", "0644", "0604", "u=rw", "04600", "0888", "0060", "+640"] {
            assert!(access(serde_json::json!({ "mode": text })).is_err(), "{text}");
        }
        assert!(access(serde_json::json!({ "mode": "0644", "world_readable": true })).is_ok());
    }

    #[test]
    fn an_owner_is_a_number_or_a_name_of_this_machine() {
        let of = |owner: &str| access(serde_json::json!({ "owner": owner })).unwrap().rights(None);
        assert_eq!(of("0").unwrap().owner, Some(Uid::ROOT));
        assert_eq!(of("root").unwrap().owner, Some(Uid::ROOT));
        let fault = of("nobody-of-that-name").err().unwrap();
        assert_eq!((fault.blame, fault.certainty), (Blame::NotFound, Certainty::NotSent));
    }
}
