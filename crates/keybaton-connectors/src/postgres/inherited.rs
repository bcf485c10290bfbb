//! The settings of the owner that its members need as well: they apply at login, to the role that logs in.

use keybaton_ports::Called;
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::quote::{Name, Text};
use super::session::Session;

/// Every setting of a role, with its database where it has one.
const SETTINGS: &str = "SELECT d.datname::text AS database, c.setting AS setting \
    FROM pg_catalog.pg_roles r JOIN pg_catalog.pg_db_role_setting s ON s.setrole = r.oid \
    LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) AS c(setting) \
    WHERE r.rolname::text = $1";

/// The settings whose stored text is a list of quoted names (`GUC_LIST_QUOTE` of `PostgreSQL`'s `guc_tables.c`).
const LISTS: [&str; 6] = [
    "local_preload_libraries",
    "search_path",
    "session_preload_libraries",
    "shared_preload_libraries",
    "temp_tablespaces",
    "unix_socket_directories",
];

/// One setting of a role.
pub(super) struct Setting {
    database: Option<Name>,
    text: String,
}

/// Reads the settings of a role.
pub(super) async fn read(session: &mut Session, role: &Name) -> Called<Vec<Setting>> {
    let rows = session.rows(sqlx::query(SETTINGS).bind(role.plain().to_owned())).await?;
    let settings = rows.iter().map(setting).collect::<Result<Vec<_>, _>>();
    settings.map_err(|error| session.failed(&error))
}

impl Setting {
    /// The statement that forgets every setting of `member` where this one applies.
    pub(super) fn reset(&self, member: &Name) -> String {
        format!("ALTER ROLE {member}{} RESET ALL", self.place())
    }

    /// The statement that gives `member` the same setting; none for the role, which members set to the owner.
    pub(super) fn give(&self, member: &Name) -> Option<String> {
        let (key, value) = self.text.split_once('=')?;
        let name = key.split('.').map(Name::new).collect::<Option<Vec<_>>>()?;
        let name: Vec<String> = name.iter().map(Name::to_string).collect();
        let values = if LISTS.contains(&key) { elements(value) } else { vec![value.to_owned()] };
        let values: Vec<String> = values.iter().map(|value| Text(value).to_string()).collect();
        let statement = format!("ALTER ROLE {member}{} SET {} = {}", self.place(), name.join("."), values.join(", "));
        (key != "role").then_some(statement)
    }

    fn place(&self) -> String {
        self.database.as_ref().map(|database| format!(" IN DATABASE {database}")).unwrap_or_default()
    }
}

fn setting(row: &PgRow) -> Result<Setting, sqlx::Error> {
    let database: Option<String> = row.try_get("database")?;
    Ok(Setting { database: database.as_deref().and_then(Name::new), text: row.try_get("setting")? })
}

/// The elements of a stored list: names between commas, quoted where they need it; an empty list is one empty text.
fn elements(stored: &str) -> Vec<String> {
    let mut elements = vec![String::new()];
    let (mut quoted, mut characters) = (false, stored.chars().peekable());
    while let (Some(character), Some(last)) = (characters.next(), elements.last_mut()) {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => last.extend(characters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => elements.push(String::new()),
            ' ' if !quoted => {}
            other => last.push(other),
        }
    }
    elements
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(database: Option<&str>, text: &str) -> Option<String> {
        let setting = Setting { database: database.and_then(Name::new), text: text.to_owned() };
        setting.give(&Name::new("m").unwrap())
    }

    #[test]
    fn lists_are_given_by_element_and_everything_else_as_one_text() {
        let path = r#"search_path="$user", app, "odd, ""one""""#;
        let expected = r#"ALTER ROLE "m" SET "search_path" = E'$user', E'app', E'odd, "one"'"#;
        assert_eq!(given(None, path).as_deref(), Some(expected));
        let expected = r#"ALTER ROLE "m" IN DATABASE "d" SET "app"."tenant" = E'a, b=c'"#;
        assert_eq!(given(Some("d"), "app.tenant=a, b=c").as_deref(), Some(expected));
        assert_eq!(given(None, "search_path=").as_deref(), Some(r#"ALTER ROLE "m" SET "search_path" = E''"#));
    }

    #[test]
    fn the_role_is_not_inherited() {
        assert_eq!(given(None, "role=somebody"), None);
    }
}
