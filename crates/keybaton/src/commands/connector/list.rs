//! `connector list`: every kind of connector, what it can be, and what it is.

use keybaton_connectors::registry::{self, Kind, Role};
use serde::Serialize;

use crate::{commands::Context, exit::Exit, report::fitted};

/// `keybaton/connectors/v1`.
#[derive(Serialize)]
struct Document {
    schema: &'static str,
    connectors: Vec<Row>,
}

/// A connector.
#[derive(Serialize)]
struct Row {
    name: &'static str,
    roles: Vec<&'static str>,
    summary: &'static str,
}

pub(super) fn run(context: Context<'_>) -> Exit {
    let rows: Vec<Row> = registry::ALL.iter().map(row).collect();
    if context.report.json {
        context.report.document(&Document { schema: "keybaton/connectors/v1", connectors: rows });
        return Exit::Done;
    }
    let cells = |row: &Row| vec![row.name.to_owned(), row.roles.join(", "), row.summary.to_owned()];
    let cells: Vec<Vec<String>> = rows.iter().map(cells).collect();
    context.report.data(&fitted(&["CONNECTOR", "ROLES", "WHAT IT IS"], &cells));
    context.report.hint("`keybaton connector show NAME` lists the settings of one");
    Exit::Done
}

fn row(kind: &'static Kind) -> Row {
    Row { name: kind.name, roles: kind.roles.iter().map(role).collect(), summary: kind.summary }
}

/// What a role is called.
pub(super) fn role(role: &Role) -> &'static str {
    match role {
        Role::Issuer(_) => "issuer",
        Role::Probe(_) => "probe",
        Role::Vault(_) => "vault",
    }
}
