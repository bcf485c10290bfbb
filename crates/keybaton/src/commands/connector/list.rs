//! `connector list`: every kind of connector, what it can be, and what it is; and every preset.

use keybaton_connectors::preset::{Preset, presets};
use keybaton_connectors::registry::{self, Kind, Role};
use serde::Serialize;

use crate::{commands::Context, exit::Exit, report::fitted};

/// `keybaton/connectors/v1`.
#[derive(Serialize)]
struct Document {
    schema: &'static str,
    connectors: Vec<Row>,
    presets: Vec<PresetRow>,
}

/// A connector.
#[derive(Serialize)]
struct Row {
    name: &'static str,
    roles: Vec<&'static str>,
    summary: &'static str,
}

/// A preset of the http connector.
#[derive(Serialize)]
struct PresetRow {
    name: &'static str,
    summary: &'static str,
    /// Whether a person makes the keys: the vendor has no API for it.
    by_hand: bool,
}

pub(super) fn run(context: Context<'_>) -> Exit {
    let rows: Vec<Row> = registry::ALL.iter().map(row).collect();
    let presets: Vec<PresetRow> = presets().iter().map(preset).collect();
    if context.report.json {
        context.report.document(&Document { schema: "keybaton/connectors/v1", connectors: rows, presets });
        return Exit::Done;
    }
    let cells = |row: &Row| vec![row.name.to_owned(), row.roles.join(", "), row.summary.to_owned()];
    let cells: Vec<Vec<String>> = rows.iter().map(cells).collect();
    context.report.data(&fitted(&["CONNECTOR", "ROLES", "WHAT IT IS"], &cells));
    let by_hand = |row: &PresetRow| if row.by_hand { " (no issuer: keys are made by hand)" } else { "" };
    let cells = |row: &PresetRow| vec![row.name.to_owned(), format!("{}{}", row.summary, by_hand(row))];
    let cells: Vec<Vec<String>> = presets.iter().map(cells).collect();
    context.report.data(&format!("\n{}", fitted(&["PRESET", "WHAT IT ROTATES"], &cells)));
    context.report.hint("`keybaton connector show NAME` lists the settings of one");
    Exit::Done
}

fn row(kind: &'static Kind) -> Row {
    Row { name: kind.name, roles: kind.roles.iter().map(role).collect(), summary: kind.summary }
}

fn preset(preset: &'static Preset) -> PresetRow {
    PresetRow { name: preset.name, summary: &preset.summary, by_hand: preset.refusal.is_some() }
}

/// What a role is called.
pub(super) fn role(role: &Role) -> &'static str {
    match role {
        Role::Issuer(_) => "issuer",
        Role::Probe(_) => "probe",
        Role::Vault(_) => "vault",
        Role::Alert(_) => "alert",
    }
}
