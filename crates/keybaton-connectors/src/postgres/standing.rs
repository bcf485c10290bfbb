//! What a role is at the moment: a credential that is on, one that is off, or spare.

use keybaton_ports::{Called, Listed};
use keybaton_types::IssuedId;
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::crew::Crew;
use super::note::{Mark, Note};
use super::quote::Name;
use super::session::Session;

/// Reads the roles of these names.
const ROLES: &str = "SELECT r.rolname::text AS name, r.rolcanlogin AS login, r.rolconnlimit AS room, \
    pg_catalog.shobj_description(r.oid, 'pg_authid') AS comment \
    FROM pg_catalog.pg_roles r WHERE r.rolname::text = ANY($1)";

/// A role that exists.
#[derive(Clone, Debug)]
pub(super) struct Role {
    pub(super) name: String,
    pub(super) login: bool,
    /// How many connections it may have; -1 is any number.
    pub(super) room: i32,
    pub(super) note: Note,
}

/// What a role is at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// A credential that logs in.
    On,
    /// A credential that was switched off.
    Off,
    /// No credential: retired, or a role that never logged in.
    Spare,
}

impl Role {
    pub(super) fn standing(&self) -> Standing {
        match (self.login, self.note.mark) {
            (true, _) => Standing::On,
            (false, Mark::Disabled) => Standing::Off,
            // A person may switch one of ours off by hand; it is still ours.
            (false, Mark::None) if self.note.is_label() => Standing::Off,
            (false, Mark::None | Mark::Retired) => Standing::Spare,
        }
    }

    /// Its line of the list; a spare role has none.
    pub(super) fn listed(&self) -> Option<Listed> {
        let enabled = match self.standing() {
            Standing::On => true,
            Standing::Off => false,
            Standing::Spare => return None,
        };
        Some(Listed {
            id: IssuedId(self.name.clone()),
            label: self.note.text.clone(),
            enabled: Some(enabled),
            created: None,
            last_used: None,
            creator: None,
        })
    }
}

/// The roles of a crew that exist.
pub(super) struct Roles(pub(super) Vec<Role>);

impl Roles {
    /// Reads them.
    pub(super) async fn read(session: &mut Session, crew: &Crew) -> Called<Self> {
        let names: Vec<String> = crew.all().map(|name| name.plain().to_owned()).into();
        let rows = session.rows(sqlx::query(ROLES).bind(names)).await?;
        let roles = rows.iter().map(role).collect::<Result<Vec<_>, _>>();
        roles.map(Self).map_err(|error| session.failed(&error))
    }

    /// The one of this name.
    pub(super) fn get(&self, name: &Name) -> Option<&Role> {
        self.0.iter().find(|role| role.name == name.plain())
    }
}

fn role(row: &PgRow) -> Result<Role, sqlx::Error> {
    let comment: Option<String> = row.try_get("comment")?;
    Ok(Role {
        name: row.try_get("name")?,
        login: row.try_get("login")?,
        room: row.try_get("room")?,
        note: Note::read(comment.as_deref()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(login: bool, comment: &str) -> Standing {
        let note = Note::read(Some(comment));
        Role { name: "app".to_owned(), login, room: -1, note }.standing()
    }

    #[test]
    fn only_what_logs_in_or_may_again_is_a_credential() {
        for (login, comment, expected) in [
            (true, "", Standing::On),
            (true, "kb1-a-b-c-1", Standing::On),
            (true, "kb1-a-b-c-1 (retired by keybaton)", Standing::On),
            (false, "kb1-a-b-c-1 (disabled by keybaton)", Standing::Off),
            (false, "kb1-a-b-c-1", Standing::Off),
            (false, "the app (disabled by keybaton)", Standing::Off),
            (false, "kb1-a-b-c-1 (retired by keybaton)", Standing::Spare),
            (false, "a group", Standing::Spare),
            (false, "", Standing::Spare),
        ] {
            assert_eq!(standing(login, comment), expected, "{login} {comment}");
        }
    }
}
